package resolve

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

// Name is one thing as somebody names it. The zero Name means everything.
type Name struct {
	// Kind is "" where only a name was given, Name "" where only a kind was.
	Kind Kind
	Name string // NAME or NAME.NAMESPACE: a name may hold dots itself
	Text string // as it was written
}

// IsWhole reports that the name is NAME.NAMESPACE of the object: it means it, wherever names
// are looked for.
func (n Name) IsWhole(r Ref) bool {
	return r.Namespace != "" && n.Name == r.Name+"."+r.Namespace
}

// Typed writes a Ref as a name that finds it again: "deploy/web.shop".
func (r Ref) Typed() string {
	name := r.Kind.Short() + "/" + r.Name
	if r.Namespace != "" {
		name += "." + r.Namespace
	}
	return name
}

// SameWord compares kinds by word: who writes "gateway" may mean either group's.
func (k Kind) SameWord(o Kind) bool { return k.Word() == o.Word() }

// findable are the kinds that Names holds, in the order in which they are listed for
// people.
var findable = []Kind{
	KindDeployment, KindStatefulSet, KindDaemonSet, KindReplicaSet, KindReplicationController, KindJob, KindCronJob,
	KindDeploymentConfig, KindRollout, KindPod, KindWorkloadEntry, KindWorkloadGroup, KindGateway, KindService, KindNamespace, KindPeerAuthentication, KindDestinationRule,
	KindAuthorizationPolicy,
}

// shortWords are the short words of kinds that may be mistyped too.
var shortWords = []string{"deploy", "sts", "ds", "rs", "svc", "ns", "pa", "dr", "we", "wg", "pods", "services"}

// KindWords are the kinds that Find knows, as people type them.
func KindWords() []string {
	words := make([]string, len(findable))
	for i, k := range findable {
		words[i] = strings.ToLower(k.Word())
	}
	return words
}

// IsFindable reports a kind that Find looks for; other kinds have no story of their own.
func (k Kind) IsFindable() bool { return slices.ContainsFunc(findable, k.SameWord) }

// isPolicy reports kinds that speak about calls and are no end of one.
func (k Kind) isPolicy() bool {
	switch k {
	case KindPeerAuthentication, KindDestinationRule, KindSidecar, KindVirtualService,
		KindAuthorizationPolicy, KindRequestAuthentication, KindServiceAccount:
		return true
	}
	return false
}

// ParseName reads NAME, TYPE/NAME and either with .NAMESPACE; NAMESPACE/NAME and
// TYPE/NAMESPACE/NAME are the same. Its error is a *NameError or a *KindError.
func ParseName(word string) (Name, error) {
	kindWord, name, typed := strings.Cut(word, "/")
	if !typed {
		return Name{Name: word, Text: word}, nil
	}
	kind, ok := ParseKind(kindWord)
	if !ok {
		return namespaced(word)
	}
	name, whole := dotted(name)
	switch {
	case name == "" || !whole:
		return Name{}, &NameError{word, FormName}
	case !kind.IsFindable():
		return Name{}, &KindError{Text: word, Kind: kind, Form: FormName}
	}
	return Name{kind, name, word}, nil
}

// dotted is NAME.NAMESPACE of NAMESPACE/NAME, and any name without a slash as it is. ok is
// false for what has more slashes, or nothing beside one.
func dotted(name string) (text string, ok bool) {
	namespace, rest, has := strings.Cut(name, "/")
	if !has {
		return name, true
	}
	return rest + "." + namespace, namespace != "" && rest != "" && !strings.Contains(rest, "/")
}

// namespaced reads a word with a slash that names no kind: NAMESPACE/NAME.
func namespaced(word string) (Name, error) {
	if strings.Contains(word, "@") {
		return Name{}, &NameError{word, FormName}
	}
	name, ok := dotted(word)
	n := Name{Name: name, Text: word}
	if !ok || n.NoKind() == nil {
		kindWord, name, _ := strings.Cut(word, "/")
		return Name{}, noKind(word, kindWord, name)
	}
	return n, nil
}

// NoKind is what is wrong with a name that was read as NAMESPACE/NAME where there is no such
// namespace: the type is unknown. It is nil for a name of another form.
func (n Name) NoKind() *KindError {
	namespace, name, slash := strings.Cut(n.Text, "/")
	if !slash || n.Kind != "" || namespace == "" || strings.ContainsFunc(namespace, func(r rune) bool { return !inLabel(r) }) {
		return nil
	}
	return noKind(n.Text, namespace, name)
}

// inLabel reports what the name of a namespace may have.
func inLabel(r rune) bool { return r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' }

// ParseEnd reads who calls or is called: [TYPE/]NAME[.NAMESPACE] or [TYPE/]NAMESPACE/NAME, where a
// Service may have its full host name. Its error is a *NameError or a *KindError: a policy is no end of a
// call.
func ParseEnd(word string) (Name, error) {
	word = strings.TrimSpace(word)
	kindWord, name, typed := strings.Cut(word, "/")
	if !typed {
		name = word
	}
	if name == "" {
		return Name{}, &NameError{word, FormEnd}
	}
	if !typed {
		return Name{Name: ShortHost(name), Text: word}, nil
	}
	kind, ok := ParseKind(kindWord)
	if !ok {
		return namespaced(word)
	}
	name, whole := dotted(name)
	switch {
	case !whole:
		return Name{}, &NameError{word, FormEnd}
	case kind.isPolicy():
		return Name{}, &KindError{Text: word, Kind: kind, Form: FormEnd}
	}
	return Name{kind, ShortHost(name), word}, nil
}

func noKind(text, word, name string) *KindError {
	return &KindError{Text: text, Word: word, Name: name, Near: spelling.Nearest(word, slices.Concat(KindWords(), shortWords))}
}

// Target is what a call goes to: [TYPE/]NAME[.NAMESPACE][:PORT[/SUBSET]]. Port and Subset
// are "" for all.
type Target struct {
	Name
	Port, Subset string
}

// ParseTarget reads a Target. Its error is a *NameError or a *KindError.
func ParseTarget(word string) (Target, error) {
	name, port, has := cutPort(strings.TrimSpace(word))
	port, subset, hasSubset := strings.Cut(port, "/")
	if has && port == "" || hasSubset && subset == "" {
		return Target{}, &NameError{word, FormTarget}
	}
	n, err := ParseEnd(name)
	if err != nil {
		return Target{}, err
	}
	n.Text = word
	return Target{n, port, subset}, nil
}

// cutPort takes the port off, and the brackets in which an IPv6 address stands before
// one.
func cutPort(word string) (name, port string, has bool) {
	if inner, rest, bracketed := strings.Cut(word, "]"); bracketed && strings.HasPrefix(word, "[") {
		port, has = strings.CutPrefix(rest, ":")
		return inner[1:], port, has
	}
	if IsAddress(word) {
		return word, "", false // IPv6 without brackets
	}
	return strings.Cut(word, ":")
}

// At is another name with the port and subset of the target.
func (t Target) At(name string) string {
	if t.Port != "" {
		name += ":" + t.Port
	}
	if t.Subset != "" {
		name += "/" + t.Subset
	}
	return name
}

// ShortHost is NAME.NAMESPACE of a Service's full host name; any other host stays.
func ShortHost(host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(host, "."+ClusterDomain), ".svc")
}

// IsAddress reports an IP address.
func IsAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}
