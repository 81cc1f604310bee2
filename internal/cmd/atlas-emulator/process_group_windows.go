package main

import "os"

// groupWitness knows on Unix whether a signal was sent to the whole process
// group. On Windows it always is: Ctrl-C goes to every process of a console.
type groupWitness struct{}

func (*groupWitness) start() {}

func (*groupWitness) stop() {}

func (*groupWitness) hasSeen(os.Signal) bool { return true }

func inThisGroup(*os.Process) bool { return true }
