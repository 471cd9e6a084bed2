package dataplane

import (
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
)

// Network is what pods are connected by: a bridge in a namespace of its own. Nothing leaves it.
type Network struct {
	node   space
	bridge netlink.Link
	pods   int
}

// gatewayAddress is the bridge's own: where packets to the addresses of Services are sent, if a
// proxy does not take them before.
const gatewayAddress = "10.244.255.254"

// NewNetwork makes one for pods in 10.244.0.0/16.
func NewNetwork() (*Network, error) {
	node, err := newSpace()
	if err != nil {
		return nil, fmt.Errorf("network namespace: %w", err)
	}
	n := &Network{node: node}
	return n, node.do(func() (err error) {
		if err = netlink.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "pods"}}); err != nil {
			return fmt.Errorf("bridge: %w", err)
		}
		if n.bridge, err = netlink.LinkByName("pods"); err != nil {
			return err
		}
		return orFirst(addressed(n.bridge, gatewayAddress), netlink.LinkSetUp(n.bridge))
	})
}

// join is a new namespace with an interface eth0 on the network.
func (n *Network) join(address string) (space, error) {
	pod, err := newSpace()
	if err != nil {
		return pod, err
	}
	n.pods++
	name := fmt.Sprint("pod", n.pods)
	err = n.node.do(func() error {
		err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: name, MasterIndex: n.bridge.Attrs().Index}, PeerName: "eth0", PeerNamespace: netlink.NsFd(int(pod.handle))})
		if err != nil {
			return fmt.Errorf("veth: %w", err)
		}
		port, err := netlink.LinkByName(name)
		if err != nil {
			return err
		}
		return netlink.LinkSetUp(port)
	})
	if err != nil {
		return pod, err
	}
	return pod, pod.do(func() error {
		link, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		if err := orFirst(addressed(link, address), netlink.LinkSetUp(link)); err != nil {
			return err
		}
		return netlink.RouteAdd(&netlink.Route{LinkIndex: link.Attrs().Index, Gw: net.ParseIP(gatewayAddress)})
	})
}

func addressed(link netlink.Link, address string) error {
	return netlink.AddrAdd(link, &netlink.Addr{IPNet: &net.IPNet{IP: net.ParseIP(address), Mask: net.CIDRMask(16, 32)}})
}
