package exportbucket_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/exportbucket"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/protocol"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/provider"
)

// instantAtlas answers each request at once and in memory, as if there was one export bucket. So
// a benchmark measures the provider alone.
type instantAtlas struct{ created int64 }

func (a *instantAtlas) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPost {
		a.created++
	}
	bucket := fmt.Sprintf(`{"_id":"%08x%016x","bucketName":"snapshots","cloudProvider":"AWS","iamRoleId":%q,"region":"us-east-1"}`,
		time.Now().Unix(), a.created, acctest.IAMRoleID)
	if id := req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]; req.Method == http.MethodGet && id != "exportBuckets" {
		bucket = strings.Replace(bucket, bucket[8:32], id, 1)
	} else if req.Method == http.MethodGet {
		bucket = `{"results":[` + bucket + `],"totalCount":1}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(bucket)), Request: req}, nil
}

// floor is a provider with the export bucket's schema and nothing behind it: what it costs is
// the framework's own cost.
type floor struct{ framework.Provider }

func (f floor) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return floorBucket{exportbucket.NewResource()} }}
}

func (f floor) DataSources(context.Context) []func() datasource.DataSource { return nil }

// floorBucket hides what the export bucket does beside its schema.
type floorBucket struct{ resource.Resource }

func (b floorBucket) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Config.Raw
}

func (b floorBucket) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// served is a configured server, with the type of an export bucket.
type served struct {
	tfprotov6.ProviderServer
	bucket tftypes.Type
}

func (s served) encode(b *testing.B, values acctest.Values) *tfprotov6.DynamicValue {
	b.Helper()
	return encode(b, object(s.bucket, values))
}

// object has null for what values do not have.
func object(objectType tftypes.Type, values acctest.Values) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	for name, attributeType := range objectType.(tftypes.Object).AttributeTypes {
		attributes[name] = tftypes.NewValue(attributeType, values[name])
	}
	return tftypes.NewValue(objectType, attributes)
}

func encode(b *testing.B, value tftypes.Value) *tfprotov6.DynamicValue {
	b.Helper()
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		b.Fatal(err)
	}
	return &encoded
}

// benchmark makes a call of the provider, and of the floor, as often as the benchmark asks for. request
// returns the call, with requests that are encoded once.
func benchmark(b *testing.B, request func(s served) func(context.Context) ([]*tfprotov6.Diagnostic, error)) {
	b.Helper()
	whole := provider.New(acctest.Version, atlas.NewPool(&instantAtlas{}))()
	for _, one := range []struct {
		name     string
		provider framework.Provider
	}{{"provider", whole}, {"floor", floor{whole}}} {
		b.Run(one.name, func(b *testing.B) {
			call := request(serve(b, one.provider))
			b.ReportAllocs()
			for b.Loop() {
				if diags, err := call(b.Context()); err != nil || len(diags) > 0 {
					b.Fatal(acctest.Diagnostics(diags), err)
				}
			}
		})
	}
}

func serve(b *testing.B, p framework.Provider) served {
	b.Helper()
	server := protocol.NewServer(p)
	schema, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	config := encode(b, object(schema.Provider.ValueType(), acctest.AccessToken.With(acctest.Values{"base_url": "http://localhost"})))
	resp, err := server.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: acctest.TerraformVersion, Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		b.Fatal(acctest.Diagnostics(resp.Diagnostics), err)
	}
	return served{server, schema.ResourceSchemas[resourceType].ValueType()}
}

// What Terraform plans for a new bucket, and what the state has of one.
var (
	plannedBucket = awsBucket.With(acctest.Values{"require_private_networking": tftypes.UnknownValue, "id": tftypes.UnknownValue, "region": tftypes.UnknownValue})
	storedBucket  = awsBucket.With(acctest.Values{"require_private_networking": false, "id": missingID, "region": "us-east-1"})
)

// The framework asks for every schema once in a process.
func BenchmarkSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		serve(b, provider.New(acctest.Version, atlas.NewPool(&instantAtlas{}))())
	}
}

func BenchmarkValidate(b *testing.B) {
	benchmark(b, func(s served) func(context.Context) ([]*tfprotov6.Diagnostic, error) {
		req := &tfprotov6.ValidateResourceConfigRequest{TypeName: resourceType, Config: s.encode(b, awsBucket)}
		return func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.ValidateResourceConfig(ctx, req)
			return resp.Diagnostics, err
		}
	})
}

func BenchmarkPlanOfANewBucket(b *testing.B) {
	benchmarkPlan(b, nil, awsBucket)
}

func BenchmarkPlanWithoutAChange(b *testing.B) {
	benchmarkPlan(b, storedBucket, storedBucket)
}

// benchmarkPlan plans from a state, nil for none, what Terraform proposes.
func benchmarkPlan(b *testing.B, prior, proposed acctest.Values) {
	b.Helper()
	benchmark(b, func(s served) func(context.Context) ([]*tfprotov6.Diagnostic, error) {
		req := &tfprotov6.PlanResourceChangeRequest{
			TypeName: resourceType, PriorState: encode(b, tftypes.NewValue(s.bucket, nil)), ProposedNewState: s.encode(b, proposed), Config: s.encode(b, awsBucket),
		}
		if prior != nil {
			req.PriorState = s.encode(b, prior)
		}
		return func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.PlanResourceChange(ctx, req)
			return resp.Diagnostics, err
		}
	})
}

func BenchmarkRead(b *testing.B) {
	benchmark(b, func(s served) func(context.Context) ([]*tfprotov6.Diagnostic, error) {
		req := &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: s.encode(b, storedBucket)}
		return func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.ReadResource(ctx, req)
			return resp.Diagnostics, err
		}
	})
}

func BenchmarkCreate(b *testing.B) {
	benchmark(b, func(s served) func(context.Context) ([]*tfprotov6.Diagnostic, error) {
		req := &tfprotov6.ApplyResourceChangeRequest{
			TypeName: resourceType, PriorState: encode(b, tftypes.NewValue(s.bucket, nil)), PlannedState: s.encode(b, plannedBucket), Config: s.encode(b, awsBucket),
		}
		return func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			resp, err := s.ApplyResourceChange(ctx, req)
			return resp.Diagnostics, err
		}
	})
}
