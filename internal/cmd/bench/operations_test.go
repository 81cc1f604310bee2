//go:build linux

package main

import "testing"

func TestBenchmarksAreParsed(t *testing.T) {
	r := report{benchmarks: []byte(`goos: linux
BenchmarkSchema-2          	     500	    449929 ns/op	  168655 B/op	    2562 allocs/op
BenchmarkRead/provider-2   	     500	    574283 ns/op	  241872 B/op	    3530 allocs/op
BenchmarkRead/floor-2      	     500	    852697.5 ns/op	  115073 B/op	    1723 allocs/op
BenchmarkRead/provider     	     500	    153592 ns/op	  241847 B/op	    3532 allocs/op
BenchmarkRead/provider-2   	     500	    969571 ns/op	  241853 B/op	    3531 allocs/op
PASS
`)}
	if err := r.parseBenchmarks(); err != nil {
		t.Fatal(err)
	}
	if len(r.operations) != 2 || r.operations[0].name != "Schema" || r.operations[1].name != "Read" {
		t.Fatalf("got %+v", r.operations)
	}
	if time, allocations := r.operations[1].provider.cells(); time != "574" || allocations != "3531" {
		t.Errorf("the provider took %s and %s", time, allocations)
	}
	if time, allocations := r.operations[1].floor.cells(); time != "853" || allocations != "1723" {
		t.Errorf("the floor took %s and %s", time, allocations)
	}
	if time, allocations := r.operations[0].floor.cells(); time != "" || allocations != "" {
		t.Errorf("the floor took %s and %s without a figure", time, allocations)
	}
}
