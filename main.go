// Command terraform-provider-atlasbackup is a Terraform provider for MongoDB Atlas
// snapshot export buckets.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/provider"
)

// version is set when a release is built.
var version = "dev"

// Terraform kills a provider two seconds after it has asked it to end.
const closeTimeout = 1500 * time.Millisecond

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger, and print how Terraform finds this process")
	flag.Parse()

	pool := atlas.NewPool(nil)
	err := providerserver.Serve(context.Background(), provider.New(version, pool), providerserver.ServeOpts{
		Address: "registry.terraform.io/atlasbackup/atlasbackup",
		Debug:   *debug,
	})
	closePool(pool)
	if err != nil {
		log.Fatal(err)
	}
}

func closePool(pool *atlas.Pool) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := pool.Close(ctx); err != nil {
		log.Printf("[WARN] %s", err)
	}
}
