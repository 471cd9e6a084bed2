package reference

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Place is where a container names a host.
type Place struct {
	// List is "env", "args" or "command", Index the element.
	List  string
	Index int
}

// Mention is a reference in a container.
type Mention struct {
	Reference
	Place
}

// OfContainer are the hosts that a container's environment, arguments and command
// name. $(NAME) is what the environment says it is, as for the kubelet. A host in a variable of its own
// has the port of the variable beside it: DB_PORT of DB_HOST.
func OfContainer(c *corev1.Container) []Mention {
	var said []Mention
	values := map[string]string{}
	for i := range c.Env {
		e := &c.Env[i]
		values[e.Name] = expand(e.Value, values)
		for _, r := range In(e.Name, values[e.Name]) {
			said = append(said, Mention{r, Place{"env", i}})
		}
	}
	for i := range said { // a port may stand below its host
		if m := &said[i]; m.Port == 0 && m.Scheme == "" {
			m.Port = portBeside(c.Env[m.Index].Name, values)
		}
	}
	said = append(said, ofArguments("args", c.Args, values)...)
	return append(said, ofArguments("command", c.Command, values)...)
}

// ofArguments reads a list of arguments: what follows a flag is the flag's.
func ofArguments(list string, arguments []string, values map[string]string) []Mention {
	var said []Mention
	key := ""
	for i, text := range arguments {
		for _, r := range In(key, expand(text, values)) {
			if !isForCertificate(r.Key, arguments) {
				said = append(said, Mention{r, Place{list, i}})
			}
		}
		if key = ""; strings.HasPrefix(text, "-") && !strings.Contains(text, "=") {
			key = text
		}
	}
	return said
}

// expand puts the values of variables in the place of $(NAME).
func expand(text string, values map[string]string) string {
	if !strings.Contains(text, "$(") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "$(")
		name, after, closed := strings.Cut(rest, ")")
		value, known := values[name]
		b.WriteString(before)
		switch {
		case !ok:
			return b.String()
		case closed && known:
			b.WriteString(value)
			text = after
		default:
			b.WriteString("$(")
			text = rest
		}
	}
}

// ReduceContainer leaves of a container's environment, arguments and command what
// names hosts that keep wants, all where keep is nil: OfContainer finds these in it,
// and there is nothing else in it.
func ReduceContainer(c *corev1.Container, keep func(Reference) bool) (env []corev1.EnvVar, args, command []string) {
	for _, s := range OfContainer(c) {
		if keep != nil && !keep(s.Reference) {
			continue
		}
		text := s.String()
		switch s.List {
		case "env":
			name := c.Env[s.Index].Name
			env = appendEnv(env, name, keyed(s.Key, name, text))
		case "args":
			args = append(args, keyed(s.Key, "", text))
		case "command":
			command = append(command, keyed(s.Key, "", text))
		}
	}
	return env, args, command
}

// keyed puts the key before a text that is not the key's own already.
func keyed(key, own, text string) string {
	if key == own {
		return text
	}
	return key + "=" + text
}

func appendEnv(env []corev1.EnvVar, name, text string) []corev1.EnvVar {
	if last := len(env) - 1; last >= 0 && env[last].Name == name {
		env[last].Value += "\n" + text
		return env
	}
	return append(env, corev1.EnvVar{Name: name, Value: text})
}
