// Command terraform-provider-atlasbackup is a Terraform provider for MongoDB Atlas
// snapshot export buckets.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/protocol"
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
	if !*debug { // a process for a debugger is not ended by Terraform
		stopOnSIGTERM(pool)
	}
	err := protocol.Serve("registry.terraform.io/atlasbackup/atlasbackup", provider.New(version, pool), *debug)
	closePool(pool)
	if err != nil {
		log.Fatal(err)
	}
}

// stopOnSIGTERM makes the first SIGTERM stop the pool, and leaves the process running. A
// cancelled job sends the signal to Terraform too, which takes it for an interrupt: it waits
// for the operations that are running, stores their results, and then ends this process. The
// second SIGTERM ends the process at once.
func stopOnSIGTERM(pool *atlas.Pool) {
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	go func() {
		<-terminate
		signal.Stop(terminate)
		pool.Stop()
	}()
}

func closePool(pool *atlas.Pool) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := pool.Close(ctx); err != nil {
		log.Printf("[WARN] %s", err)
	}
}
