//go:build linux

package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// starts is how often each program is started.
const starts = 20

// magicCookie is what Terraform sets for a provider, which does not serve without it.
const magicCookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

// program is what a provider's program costs before it does anything.
type program struct {
	size       int64           // bytes
	handshakes []time.Duration // from the start to the line that says where it serves
	peak       int64           // the median, in bytes, until then
}

// programs measures the provider's program and the floor, in turn.
func (r *report) programs(ctx context.Context, dir, ours, floor string) error {
	paths, peaks := [2]string{ours, floor}, [2][]int64{}
	measured := [2]*program{&r.program, &r.floor}
	for i, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		measured[i].size = info.Size()
	}
	for n := range starts + 1 {
		for i, path := range paths {
			took, peak, err := handshake(ctx, dir, path)
			if err != nil {
				return err
			}
			if n == 0 {
				continue // the first start reads the program from the disk
			}
			measured[i].handshakes = append(measured[i].handshakes, took)
			peaks[i] = append(peaks[i], peak)
		}
	}
	for i := range paths {
		measured[i].peak = median(peaks[i])
	}
	return nil
}

// handshake starts a program, and ends it when it serves. Its socket stays in dir.
func handshake(ctx context.Context, dir, path string) (took time.Duration, peak int64, err error) {
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = []string{magicCookie, "TMPDIR=" + dir}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	_, err = bufio.NewReader(out).ReadString('\n')
	took = time.Since(start)
	_ = cmd.Process.Signal(syscall.SIGKILL) // fails only when it has just ended
	_ = cmd.Wait()                          // the signal is its status
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = int64(usage.Maxrss) << 10 //nolint:unconvert // it has 32 bits on some platforms
	}
	return took, peak, err
}
