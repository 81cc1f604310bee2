// Command schema prints the provider's schema in the format of `terraform providers schema -json`,
// for tfplugindocs. It asks the provider in-process: that needs no CLI, and it has every kind, where a
// CLI prints only the kinds that it knows.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/provider"
)

// address is not the provider's own: tfplugindocs looks for a provider under this namespace only.
const address = "registry.terraform.io/hashicorp/atlasbackup"

func main() {
	server := providerserver.NewProtocol6(provider.New("dev", atlas.NewPool(nil))())()
	doc, err := describe(context.Background(), server, address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(doc); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
