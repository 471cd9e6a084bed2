package cmd

import (
	"context"
	"errors"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// read takes the lines: of the command line, of stdin, of files.
func (o *diagnoseOptions) read(ctx context.Context) (*diagnose.Log, error) {
	log := &diagnose.Log{}
	add := func(line string) {
		var parsed *evidence.Incident
		if i, ok := traffic.ParseIncident(line); ok {
			parsed = &i
		}
		log.Add(line, parsed)
	}
	for _, line := range o.lines {
		add(line)
	}
	files := o.records.Logs()
	if o.stdin {
		files = []string{"-"}
	}
	for _, file := range files {
		name, err := traffic.EachLine(file, console.Interruptible{Ctx: ctx, In: o.streams.In}, add)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, &console.Failure{Code: console.ExitInput, Message: name + ": " + err.Error()}
		}
	}
	if log.Lines == 0 && len(o.lines)+len(files) > 0 {
		return nil, &console.Failure{Code: console.ExitInput, Message: "the log has no line"}
	}
	return log, nil
}

// diagnosing are the checks that suspects ask.
func diagnosing() (out []*analyze.Check) {
	for _, c := range project.Catalogue() {
		if c.Run != nil && !verify.Owns(c.Code) {
			out = append(out, c)
		}
	}
	return out
}

// ask is what --from and --to name: also a pod by its address, and a port of no Service.
func (o *diagnoseOptions) ask(l *input.Loaded) (a diagnose.Ask, err error) {
	if a.Clients, err = l.Clients(o.sources); err != nil {
		return a, err
	}
	for _, t := range o.targets {
		called, err := l.Mesh.CalledNames(mesh.Where{Namespace: l.Flags.ShownNamespace()}).Call(t)
		var address *mesh.AddressError
		var unled *mesh.UnledError
		switch {
		case errors.As(err, &unled):
			a.Server, a.ServerPort = unled.Workload, unled.Port
		case errors.As(err, &address) && address.Workload != nil && diagnose.PortNumber(t.Port) != 0:
			a.Server, a.ServerPort = address.Workload, diagnose.PortNumber(t.Port)
		case err != nil:
			return a, l.Unfound(err, input.AmongCalled)
		default:
			a.Subset = t.Subset
			a.Host, a.Port = one(l.Mesh, called)
		}
	}
	return a, nil
}

// one is the host and port that a target names; only the host where it names no port.
func one(m *mesh.Mesh, called *mesh.Called) (host *outbound.Host, port *outbound.HostPort) {
	if host, port = called.One(); host != nil {
		return host, port
	}
	for _, h := range m.Hosts() {
		if called.MayHold(h) {
			if host != nil {
				return nil, nil
			}
			host = h
		}
	}
	return host, nil
}
