package validation

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) httpRoute(s routes, h *networkingapi.HTTPRoute, at *place) {
	r.actions(s, h, at)
	for i, m := range h.Match {
		r.httpMatch(m, at.child("match").at(i))
	}
	r.headers(h.Headers, at.child("headers"))
	r.cors(h.CorsPolicy, at.child("corsPolicy"))
	r.fault(h.Fault, at.child("fault"))
	//lint:ignore SA1019 who sets too much is refused
	if h.MirrorPercent.GetValue() > 100 {
		r.add(CauseValue, at.child("mirrorPercent"), "it is more than 100")
	}
	r.share(h.MirrorPercentage, at.child("mirrorPercentage"))
	r.destination(h.Mirror, at.child("mirror"))
	for i, m := range h.Mirrors {
		at := at.child("mirrors").at(i)
		if m.Destination == nil {
			r.add(CauseRequired, at, "destination is required")
			continue
		}
		r.destination(m.Destination, at.child("destination"))
		r.share(m.Percentage, at.child("percentage"))
	}
	r.redirect(h.Redirect, h.Match, at.child("redirect"))
	r.directResponse(h.DirectResponse, at.child("directResponse"))
	r.retries(h.Retries, at.child("retries"))
	r.rewrite(h.Rewrite, at.child("rewrite"))
	r.authority(h, at)
	var weights []int32
	for i, d := range h.Route {
		at := at.child("route").at(i)
		r.headers(d.Headers, at.child("headers"))
		r.weighted(s, d.Destination, d.Weight, at)
		weights = append(weights, d.Weight)
	}
	r.total(weights, at.child("route"))
	r.duration(h.Timeout, at.child("timeout"))
}

// actions checks that a route does one thing.
func (r *report) actions(s routes, h *networkingapi.HTTPRoute, at *place) {
	if h.Delegate != nil {
		if s.delegate {
			r.add(CauseChoice, at.child("delegate"), "a VirtualService without hosts cannot delegate")
		} else {
			if h.Redirect != nil || h.Route != nil {
				r.add(CauseChoice, at, "only one of delegate, redirect, route can be set")
			}
			return
		}
	}
	many := func(names ...string) {
		r.add(CauseChoice, at, "only one of "+strings.Join(names, ", ")+" can be set")
	}
	switch {
	case h.Redirect != nil && (len(h.Route) > 0 || h.Fault != nil || h.Rewrite != nil || h.DirectResponse != nil):
		many("redirect", "route", "fault", "rewrite", "directResponse")
	case h.Redirect != nil:
	case h.DirectResponse != nil && (len(h.Route) > 0 || h.Fault != nil || h.Rewrite != nil):
		many("directResponse", "route", "fault", "rewrite")
	case h.DirectResponse != nil:
	case len(h.Route) == 0:
		r.add(CauseRequired, at, "one of route, redirect, directResponse is needed")
	}
	if h.Mirror != nil && len(h.Mirrors) > 0 {
		many("mirror", "mirrors")
	}
}

// share checks a percentage that may be 0.
func (r *report) share(p *networkingapi.Percent, at *place) {
	if v := p.GetValue(); v < 0 || v > 100 {
		r.add(CauseValue, at, fmt.Sprintf("%v is not a percentage from 0 to 100", v))
	}
}

// fraction checks one that Istio cannot make too small.
func (r *report) fraction(p *networkingapi.Percent, at *place) {
	if v := p.GetValue(); v < 0 || v > 100 || v > 0 && v < 0.0001 {
		r.add(CauseValue, at, fmt.Sprintf("%v is not 0 and no percentage from 0.0001 to 100", v))
	}
}

func (r *report) status(code int32, at *place) {
	if code < 200 || code > 600 {
		r.add(CauseValue, at, fmt.Sprintf("%d is not an HTTP status from 200 to 599", code))
	}
}

// grpcStatuses are the names of gRPC's status codes.
var grpcStatuses = []string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
	"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

func (r *report) fault(f *networkingapi.HTTPFaultInjection, at *place) {
	if f == nil {
		return
	}
	if f.Abort == nil && f.Delay == nil {
		r.add(CauseEmpty, at, "abort or delay is needed")
	}
	if a := f.Abort; a != nil {
		at := at.child("abort")
		r.fraction(a.Percentage, at.child("percentage"))
		switch e := a.ErrorType.(type) {
		case *networkingapi.HTTPFaultInjection_Abort_GrpcStatus:
			if !slices.Contains(grpcStatuses, e.GrpcStatus) {
				r.add(CauseValue, at.child("grpcStatus"), fmt.Sprintf("%s is not a gRPC status", Quoted(e.GrpcStatus)))
			}
		case *networkingapi.HTTPFaultInjection_Abort_Http2Error:
			r.add(CauseUnsupported, at.child("http2Error"), "Istio does not support it")
		case *networkingapi.HTTPFaultInjection_Abort_HttpStatus:
			r.status(e.HttpStatus, at.child("httpStatus"))
		}
	}
	if d := f.Delay; d != nil {
		at := at.child("delay")
		r.fraction(d.Percentage, at.child("percentage"))
		switch t := d.HttpDelayType.(type) {
		case *networkingapi.HTTPFaultInjection_Delay_FixedDelay:
			r.duration(t.FixedDelay, at.child("fixedDelay"))
		case *networkingapi.HTTPFaultInjection_Delay_ExponentialDelay:
			r.add(CauseUnsupported, at.child("exponentialDelay"), "Istio does not support it")
		}
	}
}

func (r *report) directResponse(d *networkingapi.HTTPDirectResponse, at *place) {
	if d == nil {
		return
	}
	if max(len(d.Body.GetString_()), len(d.Body.GetBytes())) > 1<<20 {
		r.add(CauseValue, at.child("body"), "it is larger than 1 MB")
	}
	r.status(int32(d.Status), at.child("status"))
}

// retryOn are Envoy's conditions for a retry, besides HTTP statuses.
var retryOn = []string{
	"5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes",
	"retriable-headers", "envoy-ratelimited", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
}

func (r *report) retries(t *networkingapi.HTTPRetry, at *place) {
	if t == nil {
		return
	}
	r.atLeastZero(t.Attempts, at.child("attempts"))
	if t.Attempts == 0 && (t.PerTryTimeout != nil || t.RetryOn != "" || t.RetryRemoteLocalities != nil) {
		r.add(CauseChoice, at, "attempts 0 switches retries off, so nothing else can be set")
	}
	r.duration(t.PerTryTimeout, at.child("perTryTimeout"))
	r.duration(t.Backoff, at.child("backoff"))
	if t.RetryOn == "" {
		return
	}
	for _, p := range strings.Split(t.RetryOn, ",") {
		code, _ := strconv.Atoi(p)
		if http.StatusText(code) == "" && !slices.Contains(retryOn, p) {
			r.add(CauseValue, at.child("retryOn"), fmt.Sprintf("%s is not a condition for a retry", Quoted(p)))
		}
	}
}
