package dataplane

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// Seen is what went over the wire to and from a port.
type Seen struct {
	// Bytes is how many, TLS how many of them in records of TLS.
	Bytes, TLS int
	// Hello is the first ClientHello of the connection that was used last, nil for none.
	Hello *tls.ClientHelloInfo
	text  []byte
}

// Has reports that a token could be read on the way.
func (s *Seen) Has(token string) bool { return bytes.Contains(s.text, []byte(token)) }

// Wire records the packets of a pod's interface.
type Wire struct {
	mu    sync.Mutex
	seen  map[int]*Seen
	flows map[flow]*stream
}

// flow is one direction of a connection.
type flow struct{ from, to netip.AddrPort }

// Watch records what comes to a pod, and what it answers.
func Watch(p *Pod) (*Wire, error) {
	w := &Wire{seen: map[int]*Seen{}, flows: map[flow]*stream{}}
	var handle *pcapgo.EthernetHandle
	err := p.space.do(func() (err error) {
		handle, err = pcapgo.NewEthernetHandle("eth0")
		return err
	})
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, func() { _ = handle.Close() })
	go func() {
		for {
			data, _, err := handle.ReadPacketData()
			if err != nil {
				return
			}
			w.packet(data)
		}
	}()
	return w, nil
}

// Take is what was seen of a port since it was last asked.
func (w *Wire) Take(port int) Seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer delete(w.seen, port)
	if s := w.seen[port]; s != nil {
		return *s
	}
	return Seen{}
}

func (w *Wire) packet(data []byte) {
	packet := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
	ip, ok := packet.NetworkLayer().(*layers.IPv4)
	segment, isTCP := packet.TransportLayer().(*layers.TCP)
	if !ok || !isTCP || len(segment.Payload) == 0 && !segment.SYN {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	from, to := endpoint(ip.SrcIP, segment.SrcPort), endpoint(ip.DstIP, segment.DstPort)
	s := w.flows[flow{from, to}]
	if s == nil || segment.SYN {
		s = &stream{next: segment.Seq}
		if segment.SYN {
			s.next++
		}
		w.flows[flow{from, to}] = s
	}
	if segment.Seq != s.next {
		return // sent again
	}
	s.next += uint32(len(segment.Payload))
	for _, port := range []int{int(segment.DstPort), int(segment.SrcPort)} {
		w.note(port, s, segment.Payload)
	}
	s.take(segment.Payload)
}

// note adds bytes to what was seen of a port. Of two directions the client's has the ClientHello.
func (w *Wire) note(port int, s *stream, payload []byte) {
	if len(payload) == 0 {
		return
	}
	seen := w.seen[port]
	if seen == nil {
		seen = &Seen{}
		w.seen[port] = seen
	}
	seen.Bytes += len(payload)
	seen.text = append(seen.text, payload...)
	if s.isTLS(payload) {
		seen.TLS += len(payload)
	}
	if hello := s.hello(payload); hello != nil {
		seen.Hello = hello
	}
}

// stream is what came of one direction.
type stream struct {
	next    uint32
	began   bool
	tls     bool
	opening []byte
	parsed  *tls.ClientHelloInfo
}

// isTLS reports a stream that began with a TLS record.
func (s *stream) isTLS(payload []byte) bool {
	if !s.began {
		return len(payload) > 2 && payload[0] == 0x16 && payload[1] == 3
	}
	return s.tls
}

// mostHello is longer than any ClientHello here.
const mostHello = 1 << 14

func (s *stream) take(payload []byte) {
	if len(payload) > 0 && !s.began {
		s.tls = s.isTLS(payload)
		s.began = true
	}
}

// hello is the ClientHello that the stream began with, as Go's own server reads it.
func (s *stream) hello(payload []byte) *tls.ClientHelloInfo {
	if s.parsed != nil || !s.isTLS(payload) || len(s.opening) > mostHello {
		return s.parsed
	}
	s.opening = append(s.opening, payload...)
	enough := errors.New("seen")
	_ = tls.Server(played{bytes.NewReader(s.opening)}, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		s.parsed = h
		return nil, enough
	}}).Handshake()
	return s.parsed
}

// played is a connection of which only what came is there.
type played struct{ io.Reader }

func (played) Write(b []byte) (int, error)      { return len(b), nil }
func (played) Close() error                     { return nil }
func (played) LocalAddr() net.Addr              { return nil }
func (played) RemoteAddr() net.Addr             { return nil }
func (played) SetDeadline(time.Time) error      { return nil }
func (played) SetReadDeadline(time.Time) error  { return nil }
func (played) SetWriteDeadline(time.Time) error { return nil }

func endpoint(ip net.IP, port layers.TCPPort) netip.AddrPort {
	address, _ := netip.AddrFromSlice(ip.To4())
	return netip.AddrPortFrom(address, uint16(port))
}
