package conformance

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/test"
)

// storeSecrets gives the API server the certificates that listeners name: istiod makes no filter chain
// of a listener without.
func (w world) storeSecrets(t test.Failer, client kube.Client) {
	done := map[string]bool{}
	for _, d := range w {
		if !d.isRouter() || done[d.namespace()] {
			continue
		}
		done[d.namespace()] = true
		s := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: d.namespace(), Name: "cert"}, Type: corev1.SecretTypeTLS, Data: keyPair()}
		if _, err := client.Kube().CoreV1().Secrets(s.Namespace).Create(context.Background(), s, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// keyPair is one certificate with its key, made anew for each run.
var keyPair = sync.OnceValue(func() map[string][]byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // the machine has no randomness
	}
	is := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), DNSNames: []string{"example.com"}}
	certificate, err := x509.CreateCertificate(rand.Reader, is, is, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err)
	}
	return map[string][]byte{
		"tls.crt": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		"tls.key": pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}),
	}
})
