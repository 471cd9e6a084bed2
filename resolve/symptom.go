package resolve

// The symptoms of broken calls as Judge knows them (4.3): for HTTP from an Envoy.
const (
	noChain       = "503 UC at the client, a reset for TCP; filter_chain_not_found at the server"
	wrongVersion  = "503 UF with WRONG_VERSION_NUMBER at the client"
	clientHello   = "the application gets a TLS ClientHello instead of its protocol: resets, garbage in its log"
	verifyFailed  = "CERTIFICATE_VERIFY_FAILED at the client, or an alert that a certificate is required"
	codecError    = "HTTP codec error at the server, 503 UF at the client"
	blackholed    = "502 at the client: BlackHoleCluster, REGISTRY_ONLY knows no such host"
	serverSideTLS = "the server's certificate is not of the mesh: CERTIFICATE_VERIFY_FAILED at the client"
	refused       = "503 UF at the client: connection refused"
	leftOut       = "503 UH where no other endpoint is left"
	gatewayChain  = "503 UC at the client, a reset for TCP; filter_chain_not_found at the gateway"
)

// symptom is what this client sees of a failure: only an Envoy that knows the port
// for HTTP answers with a status code, others see the connection end, and ztunnel
// has no filter chains.
func (c *call) symptom(of string, e *Endpoint, protocol Protocol) string {
	envoy := c.class.Dataplane != DataplaneNone && c.class.Dataplane != DataplaneProxyless
	code := func(status, with, without string) string {
		switch class := c.port.Protocol.class(); {
		case !envoy, class == classTCP:
			return without
		case class == classAuto:
			return status + with + " for HTTP; " + without + " for other protocols"
		}
		return status + with
	}
	switch of {
	case noChain:
		server := "; filter_chain_not_found at the server"
		if e != nil && e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneAmbient {
			server = "; the server's ztunnel denies the connection"
		}
		return code("503 UC", " at the client", "the connection is reset at the client") + server
	case wrongVersion:
		if protocol.saysTLS() {
			return code("503 UF", " with CERTIFICATE_VERIFY_FAILED at the client", "the connection is reset at the client, CERTIFICATE_VERIFY_FAILED in its proxy's log") +
				": the application's certificate is not of the mesh"
		}
		return code("503 UF", " with WRONG_VERSION_NUMBER at the client", "the connection is reset at the client, WRONG_VERSION_NUMBER in its proxy's log")
	case verifyFailed:
		return code("503 UF", " with CERTIFICATE_VERIFY_FAILED at the client, or an alert that a certificate is required",
			"the connection is reset at the client, CERTIFICATE_VERIFY_FAILED or an alert that a certificate is required in its proxy's log")
	case serverSideTLS:
		return "the server's certificate is not of the mesh: " + code("503 UF", " with CERTIFICATE_VERIFY_FAILED at the client",
			"the connection is reset at the client, CERTIFICATE_VERIFY_FAILED in its proxy's log")
	case blackholed:
		return code("502", " at the client", "the connection is closed at once") + ": BlackHoleCluster, REGISTRY_ONLY knows no such host"
	case leftOut:
		return code("503 UH", " where no other endpoint is left", "the connection is closed where no other endpoint is left")
	case gatewayChain:
		return code("503 UC", " at the client", "the connection is reset at the client") + "; filter_chain_not_found at the gateway"
	case refused:
		return code("503 UF", " at the client", "the client's connection ends") + ": connection refused"
	}
	return of
}
