package reference

import (
	"slices"
	"strconv"
	"strings"
)

// hostEnds are how the name of a variable ends that has a host, and how that of its port does.
var hostEnds = [][2]string{
	{"HOSTNAME", "PORT"}, {"HOST", "PORT"}, {"SERVER", "PORT"}, {"ADDRESS", "PORT"},
	{"Hostname", "Port"}, {"Host", "Port"}, {"Server", "Port"}, {"Address", "Port"},
	{"hostname", "port"}, {"host", "port"}, {"server", "port"}, {"address", "port"},
}

// portBeside is the port in the variable beside the one of a host, 0 where there is none.
func portBeside(name string, values map[string]string) int32 {
	for _, ends := range hostEnds {
		if stem, ok := strings.CutSuffix(name, ends[0]); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(values[stem+ends[1]]), 10, 16)
			if err != nil {
				return 0
			}
			return int32(n)
		}
	}
	return 0
}

// certificateFlags are those whose values are names for a certificate.
var certificateFlags = []string{"dns-name", "dns-names", "custom-dns-names", "san", "sans", "subject-alt-name", "subject-alt-names", "common-name"}

// isForCertificate reports a flag that names hosts for a certificate that is made: nobody calls them.
func isForCertificate(key string, arguments []string) bool {
	key = strings.TrimLeft(key, "-")
	makesSecret := func(text string) bool { return strings.HasPrefix(strings.TrimLeft(text, "-"), "secret-name") }
	return slices.Contains(certificateFlags, key) || key == "host" && slices.ContainsFunc(arguments, makesSecret)
}
