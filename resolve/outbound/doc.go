// Package outbound decides what clients send: which hosts there are, which of them each class
// of clients knows, which DestinationRule counts there, what TLS is sent to an endpoint and
// what becomes of the call. It keeps what was looked at where somebody asks (Trace), and says
// of a rule that counts nowhere what keeps it from counting (Reach).
package outbound
