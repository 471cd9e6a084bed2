package reference

import (
	"slices"
	"strconv"
	"strings"
)

// Reference is a host that a text names. The zero Reference names none.
type Reference struct {
	// Key is what the host is said to be: the variable, the flag, the property; "" where
	// nothing says.
	Key string
	// Scheme is that of a URL, in lower case, "" for a bare host.
	Scheme string
	// Host is a DNS name, in lower case, without a dot at the end.
	Host string
	// Port is what the text says, or what the scheme stands for; 0 for neither.
	Port int32
	// Line counts the lines of the text above it.
	Line int
}

// String is the reference as text that In finds again: "http://pay.shop:8080".
func (r Reference) String() string {
	text := r.Host
	if r.Scheme != "" {
		text = r.Scheme + "://" + text
	}
	if r.Port != 0 && r.Port != schemePorts[r.Scheme] {
		text += ":" + strconv.Itoa(int(r.Port))
	}
	return text
}

// schemePorts are the ports that URLs leave out.
var schemePorts = map[string]int32{
	"http": 80, "ws": 80, "https": 443, "wss": 443, "redis": 6379, "rediss": 6379, "mysql": 3306, "mariadb": 3306,
	"postgres": 5432, "postgresql": 5432, "amqp": 5672, "amqps": 5671, "mongodb": 27017, "nats": 4222, "kafka": 9092,
	"memcached": 11211, "ldap": 389, "ldaps": 636, "mqtt": 1883, "clickhouse": 9000, "cassandra": 9042, "sqlserver": 1433,
}

// tlsSchemes are the schemes of which the client speaks TLS, plainSchemes those of which it
// speaks HTTP without.
var (
	tlsSchemes   = []string{"https", "wss", "rediss", "amqps", "ldaps"}
	plainSchemes = []string{"http", "ws"}
)

// SpeaksTLS reports a scheme whose clients begin with TLS of their own.
func SpeaksTLS(scheme string) bool { return slices.Contains(tlsSchemes, scheme) }

// SpeaksPlainHTTP reports a scheme whose clients begin with HTTP in plaintext.
func SpeaksPlainHTTP(scheme string) bool { return slices.Contains(plainSchemes, scheme) }

// ends are how the names of variables, flags and properties end whose value is a host
// without a port.
var ends = []string{
	"host", "hosts", "hostname", "addr", "address", "addresses", "url", "uri", "endpoint", "endpoints", "server", "servers",
	"service", "svc", "upstream", "backend", "broker", "brokers", "node", "nodes", "target", "proxy",
}

// NamesHost reports the name of a variable, flag or property whose value is a host, if it may
// be one: "serverAddress", "REDIS_HOST".
func NamesHost(key string) bool { return namesHost(key) }

// namesHost reports a key whose value is a host, if it may be one.
func namesHost(key string) bool {
	words := strings.FieldsFunc(strings.ToLower(key), func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == '/' })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	for _, end := range ends {
		if last == end || strings.HasSuffix(last, end) && len(last) > len(end) && camel(key, end) {
			return true
		}
	}
	return false
}

// camel reports that a key ends in a capitalized word: "redisHost".
func camel(key, end string) bool {
	first := len(key) - len(end)
	before := key[first-1]
	return key[first] >= 'A' && key[first] <= 'Z' && (before < 'A' || before > 'Z')
}
