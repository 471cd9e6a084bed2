package words

import "github.com/mtlsctl/mtlsctl/resolve"

// sight is a symptom as clients see it: the same for all of them, or a status code for HTTP
// and the end of the connection for others, with what is the same before and after.
type sight struct {
	all                  string
	before               string
	status, with, closed string
	after                string
}

var symptoms = map[resolve.SymptomKind]sight{
	resolve.SymptomNoFilterChain: {all: "503 UC at the client, a reset for TCP; filter_chain_not_found at the server",
		status: "503 UC", with: " at the client", closed: "the connection is reset at the client", after: "; filter_chain_not_found at the server"},
	resolve.SymptomNoFilterChainForTLS: {all: "503 UF at the client, a reset for TCP: the TLS handshake fails; filter_chain_not_found at the server",
		status: "503 UF", with: " at the client: the TLS handshake fails", closed: "the connection is reset at the client", after: "; filter_chain_not_found at the server"},
	resolve.SymptomDenied: {all: "the server's ztunnel denies the connection",
		status: "503 UC", with: " at the client", closed: "the connection is reset at the client", after: "; the server's ztunnel denies the connection"},
	resolve.SymptomWrongVersion: {all: "503 UF with WRONG_VERSION_NUMBER at the client",
		status: "503 UF", with: " with WRONG_VERSION_NUMBER at the client", closed: "the connection is reset at the client, WRONG_VERSION_NUMBER in its proxy's log"},
	resolve.SymptomForeignCertificate: {all: "CERTIFICATE_VERIFY_FAILED at the client: the mesh's CA did not sign the application's certificate",
		status: "503 UF", with: " with CERTIFICATE_VERIFY_FAILED at the client", closed: "the connection is reset at the client, CERTIFICATE_VERIFY_FAILED in its proxy's log",
		after: ": the mesh's CA did not sign the application's certificate"},
	resolve.SymptomClientHello: {all: "the application receives a TLS ClientHello instead of its protocol: resets, garbage in its log"},
	resolve.SymptomVerifyFailed: {all: "CERTIFICATE_VERIFY_FAILED at the client, or an alert that a certificate is required",
		status: "503 UF", with: " with CERTIFICATE_VERIFY_FAILED at the client, or an alert that a certificate is required",
		closed: "the connection is reset at the client, CERTIFICATE_VERIFY_FAILED or an alert that a certificate is required in its proxy's log"},
	resolve.SymptomClientDistrusts: {all: "CERTIFICATE_VERIFY_FAILED at the client: the server's identity is not one that the client expects",
		status: "503 UF", with: " with CERTIFICATE_VERIFY_FAILED at the client", closed: "the connection is reset at the client, CERTIFICATE_VERIFY_FAILED in its proxy's log",
		after: ": the server's identity is not one that the client expects"},
	resolve.SymptomServerDistrusts: {all: "the server's proxy rejects the client's certificate: ssl.fail_verify_san counts at the server",
		status: "503 UC", with: " at the client", closed: "the connection is reset at the client", after: "; ssl.fail_verify_san counts at the server"},
	resolve.SymptomCodecError: {all: "HTTP codec error at the server, 503 UF at the client"},
	resolve.SymptomBlackHole: {all: "502 at the client: BlackHoleCluster, REGISTRY_ONLY has no such host",
		status: "502", with: " at the client", closed: "the connection is closed at once", after: ": BlackHoleCluster, REGISTRY_ONLY has no such host"},
	resolve.SymptomListenerCertificate: {all: "the mesh's CA did not sign the server's certificate: CERTIFICATE_VERIFY_FAILED at the client",
		before: "the mesh's CA did not sign the server's certificate: ", status: "503 UF", with: " with CERTIFICATE_VERIFY_FAILED at the client",
		closed: "the connection is reset at the client, CERTIFICATE_VERIFY_FAILED in its proxy's log"},
	resolve.SymptomRefused: {all: "503 UF at the client: connection refused",
		status: "503 UF", with: " at the client", closed: "the client's connection ends", after: ": connection refused"},
	resolve.SymptomLeftOut: {all: "503 UH where no other endpoint is left",
		status: "503 UH", with: " where no other endpoint is left", closed: "the connection is closed where no other endpoint is left"},
	resolve.SymptomNoCluster:    {all: "503 NC (no cluster) at the client, the end of the connection for TCP"},
	resolve.SymptomNoRoute:      {all: "404 NR (no route) from the gateway, the end of the connection for TLS and TCP"},
	resolve.SymptomPlainIntoTLS: {all: "the server expects TLS: it answers 400, or ends the connection"},
	resolve.SymptomGatewayChain: {all: "503 UC at the client, a reset for TCP; filter_chain_not_found at the gateway",
		status: "503 UC", with: " at the client", closed: "the connection is reset at the client", after: "; filter_chain_not_found at the gateway"},
}

// Symptom says what is seen of a broken call; "" for the zero Symptom.
func Symptom(s resolve.Symptom) string {
	t := symptoms[s.Kind]
	switch {
	case s.Signal == resolve.SignalAny || t.status == "":
		return t.all
	case s.Signal == resolve.SignalEnd:
		return t.before + t.closed + t.after
	case s.Signal == resolve.SignalEither:
		return t.before + t.status + t.with + " for HTTP; " + t.closed + " for other protocols" + t.after
	}
	return t.before + t.status + t.with + t.after
}
