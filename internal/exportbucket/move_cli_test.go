package exportbucket_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/emulator"
)

const requiredProviders = `
terraform {
  required_providers {
    atlasbackup = {
      source = "atlasbackup/atlasbackup"
    }
  }
}
`

// movedBlock writes a bucket, and the block that moves it.
func movedBlock(name string, config acctest.Values) string {
	text := "resource \"" + resourceType + "\" \"" + name + "\" {\n"
	for argument, value := range config {
		if argument == "for_each" || value == "each.value" {
			text += fmt.Sprintf("  %s = %s\n", argument, value)
		} else {
			text += fmt.Sprintf("  %s = %q\n", argument, value)
		}
	}
	return text + "}\nmoved {\n  from = " + mongodbatlasType + "." + name + "\n  to   = " + resourceType + "." + name + "\n}\n"
}

// stateOf is a state file of buckets of the mongodbatlas provider.
func stateOf(t *testing.T, provider string, resources []map[string]any) string {
	t.Helper()
	for _, r := range resources {
		r["provider"] = fmt.Sprintf("provider[%q]", provider)
	}
	text, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "5d1e4a63-0f37-4f6c-9c59-1d6ef5e1e8b1", "resources": resources,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func stateResource(name string, instances ...any) map[string]any {
	return map[string]any{"mode": "managed", "type": mongodbatlasType, "name": name, "instances": instances}
}

// stateInstance has the private data that the older SDK stores.
func stateInstance(attributes acctest.Values) map[string]any {
	return map[string]any{"schema_version": 0, "attributes": attributes, "private": "bnVsbA=="}
}

// movesIn are the addresses of a plan that does nothing but move, and the ones they had.
func movesIn(t *testing.T, plan string) map[string]string {
	t.Helper()
	var doc struct {
		Changes []struct {
			Address  string `json:"address"`
			Previous string `json:"previous_address"`
			Change   struct {
				Actions []string `json:"actions"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(plan), &doc); err != nil {
		t.Fatalf("%s\n%s", err, plan)
	}
	moves := map[string]string{}
	for _, c := range doc.Changes {
		moves[c.Address] = c.Previous
		if len(c.Change.Actions) != 1 || c.Change.Actions[0] != "no-op" {
			t.Errorf("%s: %v", c.Address, c.Change.Actions)
		}
	}
	return moves
}

// The source provider is not among the required ones, has no credential, and is needed
// for as long as the state names it.
func TestCLIMoveFromMongodbatlas(t *testing.T) {
	cli := acctest.RequireCLI(t, acctest.Move)
	atlas := acctest.StartAtlas(t, emulator.Options{})

	main := requiredProviders + atlas.ProviderBlock(acctest.ServiceAccount) + "module \"backup\" {\n  source = \"./backup\"\n}\n"
	var resources []map[string]any
	want := map[string]string{}
	for cloud, config := range everyCloud {
		name := strings.ToLower(cloud)
		main += movedBlock(name, config)
		resources = append(resources, stateResource(name, stateInstance(inMongodbatlas(config, madeElsewhere(atlas, config, false)))))
		want[resourceType+"."+name] = mongodbatlasType + "." + name
	}

	each := awsBucket.With(acctest.Values{"for_each": `{ east = "snapshots-east", "west/2" = "snapshots-west" }`, "bucket_name": "each.value"})
	main += movedBlock("each", each)
	var instances []any
	for key, bucket := range map[string]string{"east": "snapshots-east", "west/2": "snapshots-west"} {
		config := awsBucket.With(acctest.Values{"bucket_name": bucket})
		instance := stateInstance(inMongodbatlas(config, madeElsewhere(atlas, config, true)))
		instance["index_key"] = key
		instances = append(instances, instance)
		want[fmt.Sprintf("%s.each[%q]", resourceType, key)] = fmt.Sprintf("%s.each[%q]", mongodbatlasType, key)
	}
	resources = append(resources, stateResource("each", instances...))

	inModule := stateResource("this", stateInstance(inMongodbatlas(gcpBucket, madeElsewhere(atlas, gcpBucket, false))))
	inModule["module"] = "module.backup"
	resources = append(resources, inModule)
	want["module.backup."+resourceType+".this"] = "module.backup." + mongodbatlasType + ".this"

	w := acctest.NewMirror(t, cli, map[string]string{"main.tf": main, "backup/main.tf": requiredProviders + movedBlock("this", gcpBucket)})
	w.Write(t, "terraform.tfstate", stateOf(t, w.Address("mongodb/mongodbatlas"), resources))

	if out := w.Fail(t, "init", "-no-color"); !strings.Contains(out, "mongodb/mongodbatlas") {
		t.Errorf("init does not miss the source provider:\n%s", out)
	}
	w.PublishMongodbatlas(t)
	w.Run(t, "init")
	for _, refresh := range []string{"-refresh=false", "-refresh=true"} {
		w.Run(t, "plan", refresh, "-out=tfplan")
		if got := movesIn(t, w.Run(t, "show", "-json", "tfplan")); !maps.Equal(got, want) {
			t.Errorf("with %s the plan moves %v, want %v", refresh, got, want)
		}
	}
	if out := w.Run(t, "apply", "-no-color", "tfplan"); !strings.Contains(out, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("the apply is not empty:\n%s", out)
	}

	w.WithdrawMongodbatlas(t)
	w.Run(t, "init")
	w.Run(t, "plan", "-detailed-exitcode", "-refresh=false")
	w.Run(t, "plan", "-detailed-exitcode")
	requireNoWrite(t, atlas)
}
