package exportjob

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/diagnose"
)

// maxSnapshots is how many snapshots an error lists.
const maxSnapshots = 10

// newestSnapshot finds the newest snapshot of a cluster that can be exported. It returns nil after
// an error. The cluster is read first, because snapshots of a sharded cluster have a list of their
// own.
func newestSnapshot(ctx context.Context, client *atlas.Client, projectID, name string) (*atlas.Snapshot, diag.Diagnostics) {
	cluster, err := client.GetCluster(ctx, projectID, name)
	if err != nil {
		return nil, noun.Error(summaryNotCreated, err, fields)
	}
	snapshots, whole, err := client.AllSnapshots(ctx, projectID, *cluster)
	if err != nil {
		return nil, noun.Error(summaryNotCreated, err, fields)
	}
	var diags diag.Diagnostics
	if !whole {
		diags.Append(diagnose.MayBeMissing("snapshots", projectID, len(snapshots)))
	}
	atlas.SortNewestFirst(snapshots, func(s atlas.Snapshot) string { return s.ID })
	for _, snapshot := range snapshots {
		if snapshot.CannotExport() == "" {
			return &snapshot, diags
		}
	}
	diags.AddAttributeError(path.Root("cluster_name"), "No snapshot to export", noSnapshot(cluster, snapshots))
	return nil, diags
}

// noSnapshot says what there is instead of a snapshot that can be exported.
func noSnapshot(cluster *atlas.Cluster, snapshots []atlas.Snapshot) string {
	const advice = "Export again when the cluster has a completed snapshot. To take one now, use the action atlasbackup_export_snapshot with " +
		"take_snapshot, or Atlas."
	reason := "It has no snapshot at all."
	if cannot := cluster.CannotExport(); cannot != "" {
		reason = argument.Capitalize(cannot) + "."
	} else if len(snapshots) > 0 {
		var lines []string
		for _, snapshot := range snapshots {
			lines = append(lines, fmt.Sprintf("  %s of %s: %s", snapshot.ID, snapshot.StartedAt().UTC().Format(time.RFC3339), snapshot.CannotExport()))
		}
		reason = "It has only these:\n\n" + strings.Join(argument.FirstOf(lines, maxSnapshots, "  "), "\n")
	}
	return fmt.Sprintf("Cluster %s has no snapshot that can be exported: completed, and not a fallback snapshot. %s\n\n%s", cluster.Name, reason, advice)
}
