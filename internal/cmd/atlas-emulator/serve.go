package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// checkLoopback refuses an address that other machines can reach, because
// everyone knows the emulator's credentials.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("-addr %q is not of the form host:port", addr)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("-addr %q is not a loopback address: use 127.0.0.1, [::1] or localhost", addr)
	}
	return nil
}

// serve serves handler until the server is closed, and returns its base URL.
func serve(addr string, handler http.Handler) (*http.Server, string, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 3 * time.Minute}
	go func() { _ = server.Serve(listener) }() // ends when the server is closed
	return server, "http://" + listener.Addr().String(), nil
}
