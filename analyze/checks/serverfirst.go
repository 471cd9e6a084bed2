package checks

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// serverFirst are protocols in which the server sends the first bytes, by the words that
// people name ports with. Not PostgreSQL, Redis, MongoDB, Kafka or AMQP, whose clients
// speak first, and none that begins with TLS (smtps, imaps).
var serverFirst = map[string]string{
	"mysql": "MySQL", "mariadb": "MySQL", "smtp": "SMTP", "submission": "SMTP", "ftp": "FTP", "ssh": "SSH", "sftp": "SSH",
	"pop3": "POP3", "imap": "IMAP", "nntp": "NNTP", "nats": "NATS", "vnc": "VNC", "rsync": "rsync",
}

// serverFirstPorts are their usual ports.
var serverFirstPorts = map[int32]string{
	21: "FTP", 22: "SSH", 25: "SMTP", 110: "POP3", 119: "NNTP", 143: "IMAP", 587: "SMTP", 873: "rsync", 3306: "MySQL", 4222: "NATS",
}

// speaksFirst names the protocol of a port whose server speaks first, "" for others; named
// is true where a name says it, and not just the number. A port that is declared to be
// something else is taken at its word.
func speaksFirst(sp *inbound.ServicePortSpec, b backend) (protocol string, named bool) {
	switch sp.Protocol {
	case resolve.ProtocolMySQL:
		return "MySQL", true
	case resolve.ProtocolAuto, resolve.ProtocolTCP:
	default:
		return "", false
	}
	for _, name := range []string{sp.Name, sp.TargetName, b.port.Name} {
		for word := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
			if protocol := serverFirst[word]; protocol != "" {
				return protocol, true
			}
		}
	}
	if protocol = serverFirstPorts[b.port.Number]; protocol == "" {
		protocol = serverFirstPorts[sp.Port]
	}
	return protocol, false
}
