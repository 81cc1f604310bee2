package privateendpoint_test

import (
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
)

func TestMistakesAreReportedAtTheirArguments(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, c := range []struct {
		argument string
		value    any
		fragment string
	}{
		{"project_id", "orders", "24 lower-case hexadecimal digits"},
		{"cloud_provider", "aws", `write it as "AWS"`},
		{"cloud_provider", "AZURE", `write "AWS": Atlas has private endpoints for object storage on no other cloud`},
		{"cloud_provider", "", `write "AWS"`},
		{"region_name", "", `such as "us-east-1", or "US_EAST_1"`},
		{"region_name", "us_east_1", `write it as "us-east-1" or "US_EAST_1"`},
		{"region_name", "US-EAST-1", `write it as "us-east-1" or "US_EAST_1"`},
		{"region_name", "us-east-1a", `its region: "us-east-1"`},
		{"region_name", "eastus", `such as "us-east-1"`},
		{"region_name", "us-east1", `such as "us-east-1"`},
		{"region_name", "arn:aws:s3:::snapshots", "this is an ARN"},
		{"region_name", "https://user:secret@example.com", "This is a URL"},
		{"vpc_region_name", "Us-East-1", `write it as "us-east-1" or "US_EAST_1"`},
		{"timeouts.create", acctest.Values{"create": "soon"}, "positive duration"},
	} {
		config := endpoint.With(acctest.Values{c.argument: c.value})
		if timeouts, ok := c.value.(acctest.Values); ok {
			config = endpoint.With(acctest.Values{"timeouts": timeouts})
		}
		p.Validate(t, resourceType, config).RequireError(t, c.argument, c.fragment)
	}
}

func TestWhatIsUnknownIsNoMistake(t *testing.T) {
	p := acctest.Unconfigured(t)
	for _, argument := range []string{"project_id", "cloud_provider", "region_name", "vpc_region_name"} {
		p.Validate(t, resourceType, endpoint.With(acctest.Values{argument: acctest.Unknown})).RequireNone(t)
	}
}
