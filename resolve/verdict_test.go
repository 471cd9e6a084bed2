package resolve_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

var (
	everySending  = []resolve.ClientTLS{resolve.SendsUnknown, resolve.SendsPlaintext, resolve.SendsSimple, resolve.SendsMutual, resolve.SendsIstioMutual, resolve.SendsHBONE, resolve.SendsNothing}
	everyMode     = []resolve.Mode{resolve.Disable, resolve.Permissive, resolve.Strict, resolve.None, resolve.TLS, resolve.Unknown}
	everyProtocol = []resolve.Protocol{"", resolve.ProtocolAuto, resolve.ProtocolHTTP, resolve.ProtocolHTTPS, resolve.ProtocolTLS, resolve.ProtocolTCP, resolve.ProtocolHTTP2,
		resolve.ProtocolGRPC, resolve.ProtocolGRPCWeb, resolve.ProtocolMongo, resolve.ProtocolRedis, resolve.ProtocolMySQL, resolve.ProtocolProxy}
)

// TestJudgeHasEveryCell: whatever meets whatever, there is an answer with a reason,
// and a broken call has a symptom.
func TestJudgeHasEveryCell(t *testing.T) {
	t.Parallel()
	for _, sends := range everySending {
		for _, accepts := range everyMode {
			for _, protocol := range everyProtocol {
				o := resolve.Judge(sends, accepts, protocol)
				if words.Because(o.Why) == "" || words.Rule(o.Why) == "" {
					t.Errorf("%s into %s %q: no reason or rule", sends, accepts, protocol)
				}
				if (o.Verdict == resolve.VerdictBroken) != !o.Symptom.IsZero() {
					t.Errorf("%s into %s %q: verdict %s with symptom %q", sends, accepts, protocol, o.Verdict, words.Symptom(o.Symptom))
				}
			}
		}
	}
}

// TestJudgeIsTheMatrix compares with the matrix of rulebook section 4, row by row:
// plaintext, Istio mTLS, SIMPLE, MUTUAL.
func TestJudgeIsTheMatrix(t *testing.T) {
	t.Parallel()
	const (
		plain, mtls, broken, passed, unknown = resolve.VerdictPlaintext, resolve.VerdictMTLS, resolve.VerdictBroken, resolve.VerdictPassthroughTLS, resolve.VerdictUnknown
	)
	sendings := []resolve.ClientTLS{resolve.SendsPlaintext, resolve.SendsIstioMutual, resolve.SendsSimple, resolve.SendsMutual}
	for _, row := range []struct {
		accepts  resolve.Mode
		protocol resolve.Protocol
		want     [4]resolve.Verdict
	}{
		{resolve.Disable, resolve.ProtocolHTTP, [4]resolve.Verdict{plain, broken, broken, broken}},
		{resolve.Disable, resolve.ProtocolTCP, [4]resolve.Verdict{plain, broken, passed, passed}},
		{resolve.Disable, resolve.ProtocolAuto, [4]resolve.Verdict{plain, broken, passed, passed}},
		{resolve.Permissive, resolve.ProtocolGRPC, [4]resolve.Verdict{plain, mtls, broken, broken}},
		{resolve.Permissive, resolve.ProtocolHTTPS, [4]resolve.Verdict{passed, mtls, passed, passed}},
		{resolve.Permissive, resolve.ProtocolTCP, [4]resolve.Verdict{plain, mtls, passed, passed}},
		{resolve.Permissive, resolve.ProtocolAuto, [4]resolve.Verdict{plain, mtls, passed, passed}},
		{resolve.Strict, resolve.ProtocolHTTP, [4]resolve.Verdict{broken, mtls, broken, unknown}},
		{resolve.Strict, resolve.ProtocolMySQL, [4]resolve.Verdict{broken, mtls, broken, unknown}},
		{resolve.None, resolve.ProtocolHTTP, [4]resolve.Verdict{plain, broken, passed, passed}},
		{resolve.None, resolve.ProtocolTLS, [4]resolve.Verdict{passed, broken, passed, passed}},
		{resolve.TLS, resolve.ProtocolHTTPS, [4]resolve.Verdict{passed, broken, passed, passed}},
		{resolve.TLS, resolve.ProtocolHTTP, [4]resolve.Verdict{broken, broken, passed, passed}},
		{resolve.TLS, resolve.ProtocolTCP, [4]resolve.Verdict{unknown, broken, passed, passed}},
	} {
		for i, sends := range sendings {
			if got := resolve.Judge(sends, row.accepts, row.protocol).Verdict; got != row.want[i] {
				t.Errorf("%s into %s %s: got %s, want %s", sends, row.accepts, row.protocol, got, row.want[i])
			}
		}
	}
}
