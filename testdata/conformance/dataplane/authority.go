package dataplane

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"time"

	"istio.io/istio/security/pkg/pki/util"
)

// Authority is the mesh's CA.
type Authority struct {
	root string
	cert *x509.Certificate
	key  crypto.PrivateKey
}

// NewAuthority makes one that signs itself.
func NewAuthority() (*Authority, error) {
	certificate, key, err := util.GenCertKeyFromOptions(util.CertOptions{TTL: time.Hour, Org: "mesh", IsCA: true, IsSelfSigned: true, ECSigAlg: util.EcdsaSigAlg})
	if err != nil {
		return nil, err
	}
	a := &Authority{root: string(certificate)}
	if a.cert, err = util.ParsePemEncodedCertificate(certificate); err != nil {
		return nil, err
	}
	a.key, err = util.ParsePemEncodedKey(key)
	return a, err
}

// CSRSign signs what the agent of a pod asks for.
func (a *Authority) CSRSign(request []byte, seconds int64) ([]string, error) {
	csr, err := util.ParsePemEncodedCSR(request)
	if err != nil {
		return nil, err
	}
	names, err := util.ExtractIDs(csr.Extensions) // istiod takes them from the pod's token
	if err != nil {
		return nil, err
	}
	der, err := util.GenCertFromCSR(csr, a.cert, csr.PublicKey, a.key, names, time.Duration(seconds)*time.Second, false)
	if err != nil {
		return nil, err
	}
	return []string{string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), a.root}, nil
}

// GetRootCertBundle is the CA's own certificate.
func (a *Authority) GetRootCertBundle() ([]string, error) { return []string{a.root}, nil }

// Close does nothing: there is no connection.
func (a *Authority) Close() {}

// The files that Files writes.
const (
	ChainFile = "chain.pem"
	KeyFile   = "key.pem"
	RootFile  = "root.pem"
)

// Files writes a certificate for a name, its key and the root to a folder, as applications and
// DestinationRules mount them.
func (a *Authority) Files(folder, name string) error {
	certificate, private, err := util.GenCertKeyFromOptions(util.CertOptions{
		Host: name, TTL: time.Hour, SignerCert: a.cert, SignerPriv: a.key, ECSigAlg: util.EcdsaSigAlg, IsClient: true, IsServer: true,
	})
	write := func(name string, text []byte) error { return os.WriteFile(filepath.Join(folder, name), text, 0o644) }
	return orFirst(err, write(ChainFile, certificate), write(KeyFile, private), write(RootFile, []byte(a.root)))
}
