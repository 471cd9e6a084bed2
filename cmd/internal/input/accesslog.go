package input

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// AccessLogFlag names access logs of proxies.
type AccessLogFlag struct{ Files []string }

// Add adds the flag.
func (f *AccessLogFlag) Add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.Files, "access-log", nil, "read calls from `FILE`, an access log of Istio's proxies, .gz too, or - for stdin; may be repeated")
}

// Validate is told what else is read, for standard input can be read once.
func (f *AccessLogFlag) Validate(others []string) error {
	switch twice := slices.Index(f.Files, "-"); {
	case slices.Contains(f.Files, ""):
		return console.Usage("for example kubectl logs deploy/pay -c istio-proxy --prefix > pay.log", "--access-log has no value")
	case twice < 0:
	case slices.Contains(others, "-"):
		return console.Usage("", "-f - and --access-log - both read standard input")
	case slices.Contains(f.Files[twice+1:], "-"):
		return console.Usage("", "--access-log - is given twice, but there is one standard input")
	}
	return nil
}

// SayReporters says whose word a record is, where it is not that of everybody.
func SayReporters(s console.Streams, t *evidence.Traffic) {
	if t.Reporters != nil {
		console.Say(s, "the traffic data comes from %s with access logs; other proxies may have seen more calls", console.Plural(len(t.Reporters), "proxy"))
	}
}

// Read reads the logs and says how much of them tells of calls.
func (f *AccessLogFlag) Read(ctx context.Context, s console.Streams) (*evidence.Traffic, error) {
	t, lines, err := traffic.ReadAccessLogs(f.Files, console.Interruptible{Ctx: ctx, In: s.In})
	var none *traffic.NoAccessLog
	switch {
	case errors.As(err, &none):
		return nil, &console.Failure{Code: console.ExitInput, Message: err.Error(), Hints: []string{
			"meshConfig.accessLogFile: /dev/stdout turns access logs on; kubectl logs deploy/NAME -c istio-proxy --prefix shows one",
		}}
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &console.Failure{Code: console.ExitInput, Message: err.Error()}
	}
	console.Note(s, "access logs: %s of calls, %d others skipped", console.Plural(lines.Calls, "line"), lines.Others)
	return t, nil
}
