package amend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// plain are the texts that need no quotes wherever they stand, if no reader takes them for
// something else.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./@*+-]*( [A-Za-z0-9_./@*+()-]+|:[A-Za-z0-9_./@*+-]+)*$`)

// numeric is what some reader could take for a number or a time.
var numeric = regexp.MustCompile(`^[0-9._]*$|^[0-9]+:|^[0-9._]+[eExXoObB][0-9a-fA-F_+-]*$|^[0-9]{4}-[0-9]`)

// booleans are the words that YAML 1.1 takes for no text, which Kubernetes reads.
var booleans = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", ".inf", ".nan"}

// stringWord is a text as YAML writes it.
func stringWord(s string) string {
	n := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	if plain.MatchString(s) && !numeric.MatchString(s) && !slices.Contains(booleans, strings.ToLower(s)) && n.ShortTag() == "!!str" {
		return s
	}
	return quoted(s)
}

// keyWord is a key as YAML writes it. The ports of portLevelMtls are numbers.
func keyWord(key, parent string) string {
	if (parent == "portLevelMtls" || parent == snake("portLevelMtls")) && isNumber(key) {
		return key
	}
	return stringWord(key)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// otherWord is a null, boolean or number.
func otherWord(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case odd:
		return v.text
	case float64:
		text, err := json.Marshal(v)
		if err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(value)
}

// quoted is a text in the quotes that JSON and YAML share.
func quoted(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return "\"\""
	}
	// JSON leaves DEL and NEL as they are; YAML has them only escaped.
	return strings.NewReplacer("\u007f", `\u007f`, "\u0085", `\u0085`, "\ufeff", `\ufeff`).Replace(strings.TrimSuffix(b.String(), "\n"))
}

// isSimple is true for a text that single quotes can hold on one line.
func isSimple(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff
	})
}
