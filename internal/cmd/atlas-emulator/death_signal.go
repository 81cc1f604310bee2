//go:build linux || freebsd

package main

import "syscall"

// endsWithThisProcess returns attributes of a process that the system asks to end
// when this one is killed, or when the thread ends that has started it. SIGTERM
// and not SIGKILL, because Terraform then ends its providers too.
func endsWithThisProcess() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
