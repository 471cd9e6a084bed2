package cmd

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// argument is one thing named on the command line.
type argument struct {
	// kind is "" when only a name was given, name "" when only a kind was.
	kind resolve.Kind
	name string // NAME or NAME.NAMESPACE: a name may hold dots itself
	raw  string
}

// parseArguments reads NAME, TYPE/NAME and, as kubectl does, TYPE NAME NAME.
func parseArguments(args []string) ([]argument, error) {
	if len(args) > 0 && !strings.Contains(strings.Join(args, ""), "/") {
		if kind, ok := resolve.ParseKind(args[0]); ok {
			return kindAndNames(kind, args)
		}
	}
	var list []argument
	for _, a := range args {
		parsed, err := parseArgument(a)
		if err != nil {
			return nil, err
		}
		list = append(list, parsed)
	}
	return list, nil
}

func kindAndNames(kind resolve.Kind, args []string) ([]argument, error) {
	if err := describable(kind, args[0]); err != nil {
		return nil, err
	}
	if len(args) == 1 {
		return []argument{{kind: kind, raw: args[0]}}, nil
	}
	var list []argument
	for _, name := range args[1:] {
		list = append(list, argument{kind, name, name})
	}
	return list, nil
}

func parseArgument(a string) (argument, error) {
	word, name, typed := strings.Cut(a, "/")
	if !typed {
		return argument{name: a, raw: a}, nil
	}
	kind, ok := resolve.ParseKind(word)
	switch {
	case !ok && strings.Contains(a, "@"):
		return argument{}, usage("", "%q: want TYPE/NAME or TYPE/NAME.NAMESPACE", a)
	case !ok:
		return argument{}, noSuchKind(a, word, name)
	case name == "" || strings.Contains(name, "/"):
		return argument{}, usage("", "%q: want TYPE/NAME or TYPE/NAME.NAMESPACE", a)
	}
	return argument{kind, name, a}, describable(kind, word)
}

// kindWords are the kinds that describe tells about, as people type them.
var kindWords = []string{
	"deployment", "statefulset", "daemonset", "replicaset", "replicationcontroller", "job", "cronjob",
	"deploymentconfig", "rollout", "pod", "workloadentry", "workloadgroup", "gateway", "service", "namespace", "peerauthentication", "destinationrule",
}

// shortKinds are the short names that may be mistyped too.
var shortKinds = []string{"deploy", "sts", "ds", "rs", "svc", "ns", "pa", "dr", "we", "wg", "pods", "services"}

func noSuchKind(a, word, name string) error {
	if near := spelling.Nearest(word, slices.Concat(kindWords, shortKinds)); len(near) > 0 {
		return usage("did you mean "+near[0]+"/"+name+"?", "%q: unknown type %q", a, word)
	}
	return usage("types are "+strings.Join(kindWords, ", ")+"; if "+word+" is a namespace, say "+name+"."+word,
		"%q: unknown type %q", a, word)
}

// describable refuses kinds that exist and have no story here.
func describable(kind resolve.Kind, word string) error {
	for _, w := range kindWords {
		if strings.EqualFold(kind.Word(), w) {
			return nil
		}
	}
	return usage("types are "+strings.Join(kindWords, ", "), "describe does not tell about %s", pluralOf(kind.Word()))
}
