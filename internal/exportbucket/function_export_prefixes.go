package exportbucket

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
)

// all stands for every cluster, snapshot or export. It is not null, because OpenTofu (1.12) cannot
// pass null to a function; and not "", which a mistake can be.
const all = "*"

type exportPrefixFunction struct{}

// NewExportPrefix returns the function export_prefix.
func NewExportPrefix() function.Function { return exportPrefixFunction{} }

func (exportPrefixFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "export_prefix"
}

func (exportPrefixFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	parameter := func(name, about string) function.Parameter {
		return function.StringParameter{Name: name, MarkdownDescription: about}
	}
	resp.Definition = function.Definition{
		Summary: "Where in a bucket the files of an export are.",
		MarkdownDescription: "Returns `" + prefixRoot + "/<org_id>/<project_id>/<cluster_name>/<time of the snapshot>/<time of the export>`, as Atlas writes it: " +
			"without a slash at either end. If the last arguments are `*`, it returns the beginning of the prefixes of many exports, with a slash at " +
			"its end: for a lifecycle rule, or a condition of an IAM policy.",
		Parameters: []function.Parameter{
			parameter("org_id", "The id of the organization. If the backup schedule uses names in prefixes, its name: each space becomes `_`."),
			parameter("project_id", "The id of the project, or its name in the same way."),
			parameter("cluster_name", "The name of the cluster, or `*` for all clusters of the project."),
			parameter("snapshot_created_at", "When the snapshot was created, in RFC 3339, or `*` for all snapshots of the cluster. Seconds are ignored."),
			parameter("job_created_at", "When the export was created, in RFC 3339, or `*` for all exports of the snapshot."),
		},
		Return: function.StringReturn{},
	}
}

func (exportPrefixFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var org, project, cluster, snapshot, job string
	if resp.Error = req.Arguments.Get(ctx, &org, &project, &cluster, &snapshot, &job); resp.Error != nil {
		return
	}
	elements := []string{prefixRoot}
	for i, name := range []string{org, project} {
		name = strings.ReplaceAll(name, " ", "_")
		if err := checkPathName(name); err != nil {
			resp.Error = invalidArgument(int64(i), err)
			return
		}
		elements = append(elements, name)
	}
	elementOf := []func(string) (string, error){
		func(name string) (string, error) { return name, argument.IsClusterName(name) },
		func(text string) (string, error) {
			t, err := parseTime(text)
			return t.Format(snapshotTime), err
		},
		func(text string) (string, error) {
			t, err := parseTime(text)
			return strconv.FormatInt(t.Unix(), 10), err
		},
	}
	isPart := false
	for i, value := range []string{cluster, snapshot, job} {
		switch {
		case value == all:
			isPart = true
			continue
		case isPart:
			resp.Error = invalidArgument(int64(2+i), fmt.Errorf("write %q, because the argument before it is %q", all, all))
			return
		}
		element, err := elementOf[i](value)
		if err != nil {
			resp.Error = invalidArgument(int64(2+i), err)
			return
		}
		elements = append(elements, element)
	}
	if isPart {
		elements = append(elements, "") // ends with a slash, so that "orders" is not the beginning of "orders-2"
	}
	resp.Error = resp.Result.Set(ctx, strings.Join(elements, "/"))
}

type parseExportPrefixFunction struct{}

// NewParseExportPrefix returns the function parse_export_prefix.
func NewParseExportPrefix() function.Function { return parseExportPrefixFunction{} }

func (parseExportPrefixFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_export_prefix"
}

func (parseExportPrefixFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The parts of the prefix of an export.",
		MarkdownDescription: "Returns an object with `org_id`, `project_id`, `cluster_name`, `snapshot_created_at` and `job_created_at`. The times are in RFC 3339 and " +
			"in UTC. If the backup schedule uses names in prefixes, `org_id` and `project_id` are names, with `_` for each space.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "prefix",
			MarkdownDescription: "The prefix of an export, such as `last_successful.prefix` of `atlasbackup_export_status`, in the current format or that of 2021, with or " +
				"without a slash at either end.",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"org_id": types.StringType, "project_id": types.StringType, "cluster_name": types.StringType,
			"snapshot_created_at": types.StringType, "job_created_at": types.StringType,
		}},
	}
}

func (parseExportPrefixFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var prefix string
	if resp.Error = req.Arguments.Get(ctx, &prefix); resp.Error != nil {
		return
	}
	parsed, err := parseExportPrefix(prefix)
	if err != nil {
		resp.Error = invalidArgument(0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, struct {
		OrgID             string `tfsdk:"org_id"`
		ProjectID         string `tfsdk:"project_id"`
		ClusterName       string `tfsdk:"cluster_name"`
		SnapshotCreatedAt string `tfsdk:"snapshot_created_at"`
		JobCreatedAt      string `tfsdk:"job_created_at"`
	}{parsed.org, parsed.project, parsed.cluster, parsed.snapshot.Format(time.RFC3339), parsed.job.Format(time.RFC3339)})
}
