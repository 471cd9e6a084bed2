package apiserver

import (
	"os"
	"testing"
	"time"
)

func TestHold(t *testing.T) {
	if os.Getenv("HOLD") == "" {
		t.Skip()
	}
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	os.WriteFile("/tmp/hold.root", []byte(content(t, s.as("root").kubeconfig(t))), 0o600)
	os.WriteFile("/tmp/hold.bare", []byte(content(t, s.as("bare").kubeconfig(t))), 0o600)
	os.WriteFile("/tmp/hold", nil, 0o600)
	for {
		if _, err := os.Stat("/tmp/hold"); err != nil {
			return
		}
		time.Sleep(300 * time.Millisecond)
	}
}
