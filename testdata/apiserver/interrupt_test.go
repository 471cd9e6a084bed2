package apiserver

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// alive are the servers that run. An interrupt does not reach them by itself:
// they are in process groups of their own.
var alive = struct {
	sync.Mutex
	servers map[*envtest.Environment]bool
}{servers: map[*envtest.Environment]bool{}}

// begins is called before a server starts.
func begins(e *envtest.Environment) {
	alive.Lock()
	defer alive.Unlock()
	alive.servers[e] = true
}

// end stops a server, once.
func end(e *envtest.Environment) error {
	alive.Lock()
	defer alive.Unlock()
	if !alive.servers[e] {
		return nil
	}
	delete(alive.servers, e)
	return e.Stop()
}

// endOnInterrupt stops all servers before the tests end too early.
func endOnInterrupt() {
	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupt
		alive.Lock() // for good: nothing starts any more
		for e := range alive.servers {
			_ = e.Stop()
		}
		if dir, err := scratch(); err == nil {
			_ = os.RemoveAll(dir)
		}
		os.Exit(130)
	}()
}
