package input

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// PrometheusFlags say which Prometheus is asked for evidence, and how.
type PrometheusFlags struct {
	URL, window               string
	username, passwordFile    string
	tokenFile                 string
	caFile, certFile, keyFile string
	headers                   []string
	insecure                  bool
	timeout                   time.Duration

	length time.Duration
	header http.Header
}

// Add adds the flags.
func (f *PrometheusFlags) Add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.URL, "prometheus", "", "ask the Prometheus at `URL` for the observed calls")
	fs.StringVar(&f.window, "window", "7d", "about the last `TIME`, such as 12h or 7d")
	fs.StringVar(&f.tokenFile, "prometheus-token-file", "", "authenticate with the bearer token in `FILE`")
	fs.StringVar(&f.username, "prometheus-username", "", "authenticate as `NAME`, with --prometheus-password-file")
	fs.StringVar(&f.passwordFile, "prometheus-password-file", "", "authenticate with the password in `FILE`")
	fs.StringVar(&f.caFile, "prometheus-ca-file", "", "trust the authorities in `FILE`")
	fs.StringVar(&f.certFile, "prometheus-cert-file", "", "present the client certificate in `FILE`")
	fs.StringVar(&f.keyFile, "prometheus-key-file", "", "with the key in `FILE`")
	fs.StringArrayVar(&f.headers, "prometheus-header", nil, "send header `NAME=VALUE` too, such as a tenant's; may be repeated")
	fs.BoolVar(&f.insecure, "prometheus-insecure-skip-tls-verify", false, "trust any certificate")
	fs.DurationVar(&f.timeout, "prometheus-timeout", 5*time.Minute, "stop asking after `TIME`")
	for _, flag := range []string{"prometheus", "window", "prometheus-username", "prometheus-header", "prometheus-timeout"} {
		console.Completes(c, flag, console.NoFiles)
	}
}

// Validate checks everything that can be checked before asking.
func (f *PrometheusFlags) Validate() error {
	length, err := model.ParseDuration(f.window)
	switch u, bad := url.Parse(f.URL); {
	case f.URL != "" && (bad != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == ""):
		return console.Usage("for example --prometheus http://localhost:9090", "--prometheus %q: want a URL", f.URL)
	case err != nil || time.Duration(length) < 10*time.Minute:
		return console.Usage("for example --window 7d", "--window %q: want a duration of at least 10m", f.window)
	case f.tokenFile != "" && f.username != "":
		return console.Usage("", "--prometheus-token-file and --prometheus-username both authenticate: give one")
	case (f.username == "") != (f.passwordFile == ""):
		return console.Usage("", "--prometheus-username and --prometheus-password-file go together")
	case (f.certFile == "") != (f.keyFile == ""):
		return console.Usage("", "--prometheus-cert-file and --prometheus-key-file go together")
	case f.timeout <= 0:
		return console.Usage("", "--prometheus-timeout %s: want a duration above 0", f.timeout)
	}
	f.length, f.header = time.Duration(length), http.Header{}
	for _, h := range f.headers {
		name, value, ok := strings.Cut(h, "=")
		if !ok || name == "" {
			return console.Usage("for example --prometheus-header X-Scope-OrgID=mesh", "--prometheus-header %q: want NAME=VALUE", h)
		}
		f.header.Add(name, value)
	}
	return nil
}

// Record asks about the window that ends now.
func (f *PrometheusFlags) Record(ctx context.Context, now time.Time) (*evidence.Traffic, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	return traffic.Record(ctx, traffic.Options{
		URL: f.URL, HTTP: f.client(), Headers: f.header, To: now.Truncate(time.Minute), Window: f.length,
	})
}

func (f *PrometheusFlags) client() config.HTTPClientConfig {
	c := config.DefaultHTTPClientConfig
	c.TLSConfig = config.TLSConfig{CAFile: f.caFile, CertFile: f.certFile, KeyFile: f.keyFile, InsecureSkipVerify: f.insecure}
	if f.tokenFile != "" {
		c.Authorization = &config.Authorization{Type: "Bearer", CredentialsFile: f.tokenFile}
	}
	if f.username != "" {
		c.BasicAuth = &config.BasicAuth{Username: f.username, PasswordFile: f.passwordFile}
	}
	return c
}
