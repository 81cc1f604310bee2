package main_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// Patterns of a cluster's backup schedule, as configurations of mongodbatlas write it.
var (
	schedule        = regexp.MustCompile(`\bresource\s+"?mongodbatlas_cloud_backup_schedule"?\s+"?([\w-]+)"?\s*\{`)
	configComment   = regexp.MustCompile(`(?m)(?:^|\s)(?:#|//).*$`)
	interpolation   = regexp.MustCompile(`\$\{[^}]*\}`)
	clusterName     = regexp.MustCompile(`(?m)^\s*cluster_name\s*=\s*"([^"]+)"`)
	exportFrequency = regexp.MustCompile(`\bexport\s*\{[^}]*\bfrequency_type\s*=\s*"(daily|weekly|monthly|yearly)"`)
	ignoredChanges  = regexp.MustCompile(`\bignore_changes\s*=\s*\[([^\]]*)\]`)
	autoExport      = regexp.MustCompile(`\bresource\s+"atlasbackup_auto_export"\s+"[\w-]+"\s*\{`)
	frequencyType   = regexp.MustCompile(`\bfrequency_type\s*=\s*"(\w+)"`)
	policyItem      = regexp.MustCompile(`\bpolicy_item_(\w+)\s*\{([^}]*)\}`)
	importBlock     = regexp.MustCompile(`\bimport\s*\{([^}]*)\}`)
)

// harmful returns how many backup schedules the documents and configurations of a tree
// show, and a sentence for each reason for which one would cost its reader snapshots or
// exports. mongodbatlas deletes the schedule that a cluster has when it creates the
// resource, and sends only the policy items that are written: so the schedule is imported
// first. Atlas exports only snapshots whose policy item has the export's frequency. The export is
// that of the schedule, or of an atlasbackup_auto_export after it; then the schedule ignores its own,
// which would switch the other one back.
func harmful(tree fs.FS) (shown int, reasons []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipGenerated(name)
		case path.Ext(name) != ".md" && path.Ext(name) != ".tf" && path.Ext(name) != ".tmpl":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		for _, at := range schedule.FindAllSubmatchIndex(text, -1) {
			shown++
			label := string(text[at[2]:at[3]])
			for _, reason := range harms(label, string(text[:at[0]]), body(string(text[at[1]:])), string(text[at[1]:])) {
				reasons = append(reasons, fmt.Sprintf("%s: mongodbatlas_cloud_backup_schedule.%s %s", name, label, reason))
			}
		}
		return nil
	})
	return shown, reasons, err
}

// skipGenerated leaves out the directories that git, make and a CLI write into the tree.
func skipGenerated(dir string) error {
	if base := path.Base(dir); base == ".git" || base == ".terraform" || dir == "bin" || dir == "dist" {
		return fs.SkipDir
	}
	return nil
}

// body returns what is in a block, from the text after its brace, without comments and
// interpolations: a brace that is left is a block's.
func body(text string) string {
	text = interpolation.ReplaceAllString(configComment.ReplaceAllString(text, ""), "")
	depth := 1
	for i, char := range text {
		switch char {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return text[:i]
		}
	}
	return ""
}

// harms returns what is wrong with a schedule, by its label, the text before it, what is in it, and
// the text from there on.
func harms(label, before, block, after string) []string {
	var reasons []string
	frequency := "export's"
	if match := exportFrequency.FindStringSubmatch(block); match != nil {
		frequency = match[1]
	} else if match := frequencyType.FindStringSubmatch(autoExportAfter(label, block, after)); match != nil {
		frequency = match[1]
	} else {
		reasons = append(reasons, "has no export with a frequency")
	}
	exported := false
	for _, item := range policyItem.FindAllStringSubmatch(block, -1) {
		exported = exported || item[1] == frequency
		for _, argument := range []string{"frequency_interval", "retention_unit", "retention_value"} {
			if !strings.Contains(item[2], argument) {
				reasons = append(reasons, "has a policy_item_"+item[1]+" without "+argument)
			}
		}
	}
	if !exported {
		reasons = append(reasons, "has no policy item of the "+frequency+" frequency")
	}
	if !imported(label, before, block) {
		reasons = append(reasons, "has no import block before it with its cluster in the id")
	}
	return reasons
}

// autoExportAfter returns what is in the first atlasbackup_auto_export that depends on a schedule,
// "" if there is none, or if the schedule does not ignore its own export.
func autoExportAfter(label, block, after string) string {
	ignored := ignoredChanges.FindStringSubmatch(block)
	if ignored == nil || !strings.Contains(ignored[1], "auto_export_enabled") || !strings.Contains(ignored[1], ", export") {
		return ""
	}
	for _, at := range autoExport.FindAllStringIndex(after, -1) {
		export := body(after[at[1]:])
		if strings.Contains(export, "depends_on = [mongodbatlas_cloud_backup_schedule."+label+"]") {
			return export
		}
	}
	return ""
}

// imported reports whether there is an import block of the schedule in the text before it,
// with the cluster's name in the id.
func imported(label, before, block string) bool {
	cluster := clusterName.FindStringSubmatch(block)
	if cluster == nil {
		return false
	}
	to := regexp.MustCompile(`\bto\s*=\s*mongodbatlas_cloud_backup_schedule\.` + regexp.QuoteMeta(label) + `\s`)
	id := regexp.MustCompile(`\bid\s*=\s*"[0-9a-f]{24}-` + regexp.QuoteMeta(cluster[1]) + `"`)
	for _, match := range importBlock.FindAllStringSubmatch(configComment.ReplaceAllString(before, ""), -1) {
		if to.MatchString(match[1]) && id.MatchString(match[1]) {
			return true
		}
	}
	return false
}

func TestBackupSchedulesOfTheDocumentsKeepSnapshotsAndExport(t *testing.T) {
	shown, reasons, err := harmful(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if shown == 0 {
		t.Error("no document shows a backup schedule")
	}
	for _, reason := range reasons {
		t.Error(reason)
	}
}

func TestHarmfulBackupSchedulesAreFound(t *testing.T) {
	const (
		intro = "# Export\n\n"
		start = "import {\n  to = mongodbatlas_cloud_backup_schedule.payments\n  id = \"32b6e34b3d91647abb20e7b8-payments\"\n}\n\n"
		head  = "resource \"mongodbatlas_cloud_backup_schedule\" \"payments\" {\n  cluster_name = \"payments\"\n"
		item  = "\n  policy_item_monthly {\n    frequency_interval = 40 # the last day\n    retention_unit     = \"months\"\n    retention_value    = 12\n  }\n"
		end   = "\n  export {\n    export_bucket_id = \"${var.id}\"\n    frequency_type   = \"monthly\"\n  }\n}\n"
		good  = intro + start + head + item + end

		beside = intro + start + head + item + "\n  lifecycle {\n    ignore_changes = [auto_export_enabled, export]\n  }\n}\n\n" +
			"resource \"atlasbackup_auto_export\" \"payments\" {\n  frequency_type = \"monthly\"\n\n" +
			"  depends_on = [mongodbatlas_cloud_backup_schedule.payments]\n}\n"
	)
	replaced := func(part, by string) string { return strings.Replace(good, part, by, 1) }
	changed := func(part, by string) string { return strings.Replace(beside, part, by, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"complete":                      {good, ""},
		"no policy item":                {replaced(item, ""), "no policy item of the monthly frequency"},
		"another policy item":           {replaced("policy_item_monthly", "policy_item_weekly"), "no policy item of the monthly frequency"},
		"a policy item in a comment":    {replaced(item, "\n# policy_item_monthly {}\n"), "no policy item of the monthly frequency"},
		"a policy item after the block": {replaced(item, "") + item, "no policy item of the monthly frequency"},
		"half a policy item":            {replaced("retention_value", "value"), "policy_item_monthly without retention_value"},
		"no import":                     {replaced(start, ""), "no import block before it"},
		"an import after the block":     {replaced(start, "") + start, "no import block before it"},
		"an import in a comment":        {replaced(start, "# "+strings.ReplaceAll(start, "\n", "\n# ")+"\n"), "no import block before it"},
		"an import of another schedule": {replaced("schedule.payments", "schedule.search"), "no import block before it"},
		"an import of another cluster":  {replaced("20e7b8-payments", "20e7b8-search"), "no import block before it"},
		"an import of another form":     {replaced("20e7b8-payments", "20e7b8/payments"), "no import block before it"},
		"no export":                     {replaced(end, "}\n"), "no export with a frequency"},
		"an export of no frequency":     {replaced(`"monthly"`, `"hourly"`), "no export with a frequency"},
		"an empty block":                {intro + start + "resource mongodbatlas_cloud_backup_schedule payments {}", "no policy item"},
		"beside an automatic export":    {beside, ""},
		"it does not ignore the export": {changed("auto_export_enabled, export", "auto_export_enabled"), "no export with a frequency"},
		"it does not ignore the switch": {changed("auto_export_enabled, export", "copy_settings, export"), "no export with a frequency"},
		"an automatic export before it": {changed("depends_on = [mongodbatlas_cloud_backup_schedule.payments]", ""), "no export with a frequency"},
		"beside one of another item":    {changed(`"monthly"`, `"weekly"`), "no policy item of the weekly frequency"},
		"a block without an end":        {strings.TrimSuffix(good, "}\n"), "no policy item"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"README.md", "examples/main.tf", "templates/resources/page.md.tmpl"} {
				shown, reasons, err := harmful(fstest.MapFS{file: {Data: []byte(c.text)}, "examples/.terraform/main.tf": {Data: []byte(head + "}\n")}})
				if err != nil || shown != 1 {
					t.Fatalf("%s: %d schedules, %v", file, shown, err)
				}
				if all := strings.Join(reasons, "\n"); c.want == "" && all != "" || !strings.Contains(all, c.want) {
					t.Errorf("%s: %q, want %q", file, all, c.want)
				}
			}
		})
	}
}
