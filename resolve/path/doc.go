// Package path follows a call that configuration speaks of from who dials to what the server's
// port makes of it. A client's proxy decides what is sent only where the call goes through it,
// and where the proxy knows the host: who balances over the addresses of pods, stands outside of
// the mesh, or dials before its proxy runs, sends what it has itself.
package path
