package traffic_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

// hash is bcrypt's of the password.
const password, hash = "open sesame", "$2a$04$fHv2pt1lSTId96fdF8XFqOaYAtOqiKsVVnKyi5xXS/AifBtE0HUcC"

// TestRecordOfASecuredPrometheus: TLS by an authority of its own, and a password; and
// what is said without either.
func TestRecordOfASecuredPrometheus(t *testing.T) {
	t.Parallel()
	needsPrometheus(t)
	certificate, key := selfSigned(t)
	web := file(t, "web.yml", "tls_server_config: {cert_file: "+certificate+", key_file: "+key+"}\nbasic_auth_users: {me: '"+hash+"'}\n")
	to := time.Now().Add(-time.Minute).Truncate(time.Minute)
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	o := options("https://" + served(t, samples(reported, to), web, trusting))
	o.To, o.Window = to, 2*time.Hour
	wantReason(t, o, "tls: failed to verify certificate: x509: certificate signed by unknown authority")
	o.HTTP.TLSConfig.CAFile = certificate
	wantReason(t, o, "rejects the user: client error: 401")
	o.HTTP.BasicAuth = &config.BasicAuth{Username: "me", PasswordFile: file(t, "password", password)}
	got, err := traffic.Record(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	wantEdges(t, got, to)
}

func wantReason(t *testing.T, o traffic.Options, want string) {
	t.Helper()
	_, err := traffic.Record(context.Background(), o)
	var e *traffic.Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Errorf("it fails with %v, want %s", err, want)
	}
}

// selfSigned writes a certificate for this host and its key.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "cert.pem", block("CERTIFICATE", der)), file(t, "key.pem", block("PRIVATE KEY", pkcs8))
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
