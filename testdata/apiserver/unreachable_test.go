package apiserver

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// TestUnreachable has a server that mtlsctl does not get into, each for another
// reason: one clear line and a hint, in time.
func TestUnreachable(t *testing.T) {
	s, other := start(t, bare), start(t, bare)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() // takes connections, and says nothing
	good, closed := s.as("root"), "https://"+vacant(t)
	for name, w := range map[string]way{
		"a certificate of another authority": {good.url, other.config.CAData, good.token},
		"a token that nobody gave":           {good.url, good.ca, "stale-token"},
		"an expired token":                   {good.url, good.ca, s.expiredToken(t)},
		"nobody listens":                     {closed, good.ca, good.token},
		"nobody answers":                     {"https://" + silent.Addr().String(), good.ca, good.token},
		"no such host":                       {"https://apiserver.invalid:6443", good.ca, good.token},
	} {
		t.Run(name, func(t *testing.T) {
			const timeout = 6 * time.Second
			out := mtlsctl(t, "describe", "-A", "--kubeconfig", w.kubeconfig(t), "--timeout", timeout.String())
			refused(t, out)
			if out.took > 4*timeout { // beside other work; without a limit it would be killed after minutes
				t.Errorf("it took %v, and --timeout is %v", out.took, timeout)
			}
		})
	}
	t.Run("no such context", func(t *testing.T) {
		refused(t, mtlsctl(t, "describe", "-A", "--kubeconfig", good.kubeconfig(t), "--context", "nowhere"))
	})
	t.Run("no such kubeconfig", func(t *testing.T) {
		refused(t, mtlsctl(t, "describe", "-A", "--kubeconfig", filepath.Join(t.TempDir(), "none")))
	})
}

// vacant is an address where nobody listens any more.
func vacant(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// expiredToken is a token that the server gave and signed, an hour after its end.
func (s *server) expiredToken(t *testing.T) string {
	t.Helper()
	c := kubernetes.NewForConfigOrDie(s.config).CoreV1().ServiceAccounts("default")
	s.create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "late"}})
	given, err := c.CreateToken(context.Background(), "late", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.welcome(given.Status.Token); !apierrors.IsForbidden(err) {
		t.Fatalf("the token is good and may do nothing: %v", err)
	}
	claims := jwt.MapClaims{}
	fresh, _, err := jwt.NewParser().ParseUnverified(given.Status.Token, claims)
	if err != nil {
		t.Fatal(err)
	}
	for name, hours := range map[string]time.Duration{"iat": 2, "nbf": 2, "exp": 1} {
		claims[name] = time.Now().Add(-hours * time.Hour).Unix()
	}
	text, err := os.ReadFile(filepath.Join(s.certs, "sa-signer.key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := jwt.ParseECPrivateKeyFromPEM(text)
	if err != nil {
		t.Fatal(err)
	}
	late := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	late.Header["kid"] = fresh.Header["kid"]
	signed, err := late.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.welcome(signed); !apierrors.IsUnauthorized(err) {
		t.Fatalf("the token is too old: %v", err)
	}
	return signed
}

// welcome is how the server takes a token.
func (s *server) welcome(token string) error {
	c, err := kubernetes.NewForConfig(way{s.config.Host, s.config.CAData, token}.client())
	if err != nil {
		return err
	}
	_, err = c.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
	return err
}
