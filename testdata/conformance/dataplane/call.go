package dataplane

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// Bytes is what a client speaks.
type Bytes string

// What clients speak.
const (
	HTTP1       Bytes = "HTTP/1"
	HTTP2       Bytes = "HTTP/2"
	GRPC        Bytes = "gRPC"
	Text        Bytes = "text"
	ServerFirst Bytes = "server first"
	OwnTLS      Bytes = "TLS"
)

// Call sends a token from the pod to an address and waits for the answer that has it.
func (p *Pod) Call(ctx context.Context, b Bytes, address, host, token string) error {
	switch b {
	case HTTP1, HTTP2:
		return p.callHTTP(ctx, b, address, host, token)
	case GRPC:
		return p.callGRPC(ctx, address, host, token)
	}
	c, err := p.Dial(ctx, "tcp4", address)
	if err != nil {
		return err
	}
	defer c.Close()
	if until, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(until)
	}
	if b == OwnTLS {
		name, _, _ := strings.Cut(host, ":")
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true, ServerName: name})
	}
	return speak(c, b == ServerFirst, token)
}

// speak sends a line and wants it back.
func speak(c net.Conn, listens bool, token string) error {
	r := bufio.NewReader(c)
	if listens {
		if line, err := r.ReadString('\n'); err != nil {
			return fmt.Errorf("greeting: %w", err)
		} else if line != Greeting {
			return fmt.Errorf("greeting: %q", line)
		}
	}
	if _, err := io.WriteString(c, token+"\n"); err != nil {
		return err
	}
	line, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	return answered(line, token)
}

func answered(line, token string) error {
	if strings.TrimSpace(line) != "got "+token {
		return fmt.Errorf("answer: %q", line)
	}
	return nil
}

func (p *Pod) callHTTP(ctx context.Context, b Bytes, address, host, token string) error {
	transport := &http.Transport{DialContext: p.Dial, DisableKeepAlives: true, Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(b == HTTP1)
	transport.Protocols.SetUnencryptedHTTP2(b == HTTP2)
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/"+token, strings.NewReader(token))
	if err != nil {
		return err
	}
	request.Host = host
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status + ": " + string(body))
	}
	return answered(string(body), token)
}

func (p *Pod) callGRPC(ctx context.Context, address, host, token string) error {
	c, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority(host),
		grpc.WithContextDialer(func(ctx context.Context, to string) (net.Conn, error) { return p.Dial(ctx, "tcp4", to) }))
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = healthpb.NewHealthClient(c).Check(ctx, &healthpb.HealthCheckRequest{Service: token})
	return err
}
