package cluster

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Unreachable is a cluster of which nothing could be read, and what to do next.
type Unreachable struct {
	// Server and Context name it.
	Server, Context string
	Reason, Hint    string
	err             error
}

// Error is one line: what was asked, and why there is no answer.
func (u *Unreachable) Error() string {
	name := u.Server
	if u.Context != "" {
		name = fmt.Sprintf("%s (%s)", u.Context, u.Server)
	}
	return fmt.Sprintf("read cluster %s: %s", name, u.Reason)
}

// Unwrap is the error of the network or of the API server.
func (u *Unreachable) Unwrap() error { return u.err }

// unreachable says why nothing of a cluster could be read. ctx is the one that the
// reading had: whether that ended tells the limit of all from the limit of one request.
func unreachable(ctx context.Context, o Options, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	u := &Unreachable{Server: o.Config.Host, Context: o.Context, err: err}
	var address *url.Error
	inner := err
	if errors.As(err, &address) {
		inner = address.Err
	}
	var unknownCA x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var dial *net.OpError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		u.Reason, u.Hint = "no answer within --timeout"+figure(o.Timeout), "--timeout "+longer(o.Timeout)+" waits longer; kubectl version shows whether kubectl gets through"
	case isTimeout(err) && o.Config.Timeout > 0:
		u.Reason, u.Hint = "no answer within --request-timeout"+figure(o.Config.Timeout), "--request-timeout "+longer(o.Config.Timeout)+" waits longer for each request; kubectl version shows whether kubectl gets through"
	case isTimeout(err):
		u.Reason, u.Hint = "the server does not answer", "is the address right, and reached from here (VPN, firewall)? kubectl version shows whether kubectl gets through"
	case apierrors.IsUnauthorized(err):
		u.Reason, u.Hint = "the server does not accept the credentials (401 Unauthorized)", "log in again, or choose another user with --user or --context; kubectl auth whoami shows who you are"
	case errors.As(err, &unknownCA):
		u.Reason, u.Hint = "the server's certificate is signed by an unknown authority", "check certificate-authority-data of the cluster in your kubeconfig"
	case errors.As(err, &wrongName):
		u.Reason, u.Hint = wrongName.Error(), "check server and tls-server-name of the cluster in your kubeconfig"
	case errors.As(err, &dial):
		u.Reason, u.Hint = dial.Err.Error(), "is the server up, and the context the right one? kubectl config get-contexts lists them"
	case isOdd(err):
		u.Reason, u.Hint = odd(err), "is it an API server, and no proxy or login page? kubectl get --raw /apis shows its answer"
	default:
		u.Reason, u.Hint = strings.TrimSpace(inner.Error()), "kubectl version shows whether kubectl gets through"
	}
	return u
}

// figure is a limit in brackets, "" where none is known.
func figure(limit time.Duration) string {
	if limit <= 0 {
		return ""
	}
	return " (" + short(limit) + ")"
}

// longer is a limit to try next.
func longer(limit time.Duration) string {
	const usual = 10 * time.Minute
	if limit <= 0 {
		return short(usual)
	}
	return short(2 * limit)
}

// short is a duration without the zeros that String ends it with: "10m", not "10m0s".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// gapReason is why one kind cannot be read, in a few words.
func gapReason(ctx context.Context, err error) string {
	var status apierrors.APIStatus
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "no answer within --timeout"
	case isOdd(err):
		return odd(err)
	case apierrors.IsForbidden(err):
		return "forbidden"
	case apierrors.IsTooManyRequests(err):
		return "the server is too busy (429)"
	case errors.As(err, &status):
		return fmt.Sprintf("the server answers %d %s", status.Status().Code, strings.TrimSpace(string(status.Status().Reason)))
	case strings.Contains(err.Error(), "Client.Timeout"), errors.Is(err, context.DeadlineExceeded): // the request's own
		return "no answer within --request-timeout"
	case isBroken(err):
		return "the connection broke off"
	}
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	return err.Error()
}

// gap is the kind as one that cannot be read anywhere.
func (l listed) gap(ctx context.Context, err error) resolve.Gap {
	return resolve.Gap{Kind: l.kind, Resource: l.name(), Reason: gapReason(ctx, err)}
}

func (l listed) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: l.group, Resource: l.resource}
}
