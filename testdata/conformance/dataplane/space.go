package dataplane

import (
	"runtime"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// space is a network namespace without a name: it ends with the last process in it.
type space struct{ handle netns.NsHandle }

// newSpace makes one whose loopback is up.
func newSpace() (s space, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := netns.Get()
	if err != nil {
		return s, err
	}
	defer home.Close()
	if s.handle, err = netns.New(); err != nil {
		return s, err
	}
	defer func() { err = orFirst(err, netns.Set(home)) }()
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return s, err
	}
	return s, netlink.LinkSetUp(loopback)
}

// do runs a function in the namespace: what it opens or starts stays there.
func (s space) do(f func() error) (err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := netns.Get()
	if err != nil {
		return err
	}
	defer home.Close()
	if err := netns.Set(s.handle); err != nil {
		return err
	}
	defer func() { err = orFirst(err, netns.Set(home)) }()
	return f()
}

func orFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
