package amend_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// story is a text before and after an edit.
type story struct {
	edit          analyze.Edit
	before, after string
}

var policy = resolve.Ref{Kind: resolve.KindPeerAuthentication, Namespace: "shop", Name: "web"}

const head = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: web # ours\n  namespace: shop\n"

func remove(f resolve.Field) analyze.Edit {
	return analyze.Edit{Object: policy, Verb: analyze.Remove, Field: f}
}

func set(f resolve.Field, value any) analyze.Edit {
	return analyze.Edit{Object: policy, Verb: analyze.Set, Field: f, Value: value}
}

func add(f resolve.Field, value any) analyze.Edit {
	return analyze.Edit{Object: policy, Verb: analyze.Append, Field: f, Value: value}
}

func rename(f resolve.Field, name string) analyze.Edit {
	return analyze.Edit{Object: policy, Verb: analyze.Rename, Field: f, Value: name}
}

func tell(t *testing.T, stories map[string]story) {
	t.Helper()
	for name, s := range stories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := amend.New("web.yaml", []byte(s.before))
			if err := text.Apply(&s.edit, "shop"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.after, string(text.Bytes())); diff != "" {
				t.Errorf("the text is another one (-want +got):\n%s", diff)
			}
		})
	}
}

// below puts specs under the head of a policy.
func below(stories map[string]story) map[string]story {
	for name, s := range stories {
		s.before, s.after = head+s.before, head+s.after
		stories[name] = s
	}
	return stories
}

func TestRemove(t *testing.T) {
	t.Parallel()
	tell(t, below(map[string]story{
		"a key goes with its comments": {remove("spec.mtls"),
			"spec:\n  # far\n\n  # near\n  mtls: # here\n    mode: STRICT\n    # within\n  # next\n  selector: {}\n",
			"spec:\n  # far\n\n  # next\n  selector: {}\n"},
		"the only key leaves an empty map": {remove("spec.mtls"),
			"spec: # why\n  mtls:\n    mode: STRICT\n",
			"spec: {} # why\n"},
		"blank lines do not pile up": {remove("spec.mtls"),
			"spec:\n  a: 1\n\n  mtls: {mode: STRICT}\n\n  b: 2\n",
			"spec:\n  a: 1\n\n  b: 2\n"},
		"nor at the end": {remove("spec.mtls"),
			"spec:\n  a: 1\n\n  mtls: {mode: STRICT}\n",
			"spec:\n  a: 1\n"},
		"a missing end of line stays missing": {remove("spec.mtls"),
			"spec:\n  a: 1\n  mtls: {mode: STRICT}",
			"spec:\n  a: 1"},
		"an item of a list": {remove("spec.rules[1]"),
			"spec:\n  rules:\n  - a: 1\n  # about b\n  - b: 2 # b\n    c: 3\n  # about d\n  - d: 4\n",
			"spec:\n  rules:\n  - a: 1\n  # about d\n  - d: 4\n"},
		"the only item": {remove("spec.rules[0]"), "spec:\n  rules:\n    - a: 1\n  z: 1\n", "spec:\n  rules: []\n  z: 1\n"},
		"the first key of an item": {remove("spec.rules[0].a"),
			"spec:\n  rules:\n  - a: 1 # gone\n    # about b\n    b: 2\n",
			"spec:\n  rules:\n  - # about b\n    b: 2\n"},
		"the only key of an item":   {remove("spec.rules[0].a"), "spec:\n  rules:\n  - a: 1\n  - b: 2\n", "spec:\n  rules:\n  - {}\n  - b: 2\n"},
		"a key in braces":           {remove("spec.a"), "spec: { a: 1, b: 2 } # c\n", "spec: { b: 2 } # c\n"},
		"the last one":              {remove("spec.b"), "spec: { a: 1, b: 2 }\n", "spec: { a: 1 }\n"},
		"the only one":              {remove("spec.a"), "spec: { a: 1 }\n", "spec: {}\n"},
		"one of several lines":      {remove("spec.b"), "spec: {\n  a: 1, # one\n  b: 2, # two\n  c: 3 }\n", "spec: {\n  a: 1, # one\n  c: 3 }\n"},
		"the last of several":       {remove("spec.b"), "spec: {\n  a: 1, # one\n  b: 2 # two\n}\n", "spec: {\n  a: 1 # one\n}\n"},
		"the last beside a comment": {remove("spec.b"), "spec: {\n  a: 1, # one\n  b: 2 }\n", "spec: {\n  a: 1, # one\n   }\n"},
		"the first above a comment": {remove("spec.a"), "spec: {a: 1, # one\n  # two\n  b: 2 }\n", "spec: {\n  # two\n  b: 2 }\n"},
		"an item in brackets":       {remove("spec.l[1]"), "spec:\n  l: [a, 'b', c]\n", "spec:\n  l: [a, c]\n"},
		"a text of lines beside it": {remove("spec.b"),
			"spec:\n  a: |+\n    # one\n\n    two\n\n  b: 2\n",
			"spec:\n  a: |+\n    # one\n\n    two\n\n"},
		"a text of lines":   {remove("spec.a"), "spec:\n  a: >-\n    one\n\n    two\n  b: 2\n", "spec:\n  b: 2\n"},
		"a second spelling": {remove("spec.portLevelMtls"), "spec:\n  mtls: {}\n  port_level_mtls:\n    8080: {}\n", "spec:\n  mtls: {}\n"},
	}))
}

func TestSet(t *testing.T) {
	t.Parallel()
	strict := map[string]any{"mode": "STRICT"}
	tell(t, below(map[string]story{
		"a word keeps its comment":   {set("spec.mtls.mode", "PERMISSIVE"), "spec:\n  mtls:\n    mode:   STRICT   # why\n", "spec:\n  mtls:\n    mode:   PERMISSIVE   # why\n"},
		"and its quotes":             {set("spec.mtls.mode", "PERMISSIVE"), "spec: {mtls: {mode: 'STRICT'}}\n", "spec: {mtls: {mode: 'PERMISSIVE'}}\n"},
		"and its anchor":             {set("spec.mtls.mode", "PERMISSIVE"), "spec: {mtls: {mode: &m STRICT}}\n", "spec: {mtls: {mode: &m PERMISSIVE}}\n"},
		"a text over lines":          {set("spec.a", "x"), "spec:\n  a: one\n    two\n  b: |\n    c\n", "spec:\n  a: x\n  b: |\n    c\n"},
		"a key that is not there":    {set("spec.mtls.mode", "STRICT"), "spec:\n    selector:\n        app: a\n# end\n", "spec:\n    selector:\n        app: a\n    mtls:\n        mode: STRICT\n# end\n"},
		"all the way":                {set("spec.mtls.mode", "STRICT"), "# end\n", "spec:\n  mtls:\n    mode: STRICT\n# end\n"},
		"below nothing":              {set("spec.mtls", strict), "spec: # todo\n", "spec: # todo\n  mtls:\n    mode: STRICT\n"},
		"below null":                 {set("spec.mtls", strict), "spec: null\n", "spec:\n  mtls:\n    mode: STRICT\n"},
		"below an empty map":         {set("spec.mtls", strict), "spec: {} # todo\n", "spec: # todo\n  mtls:\n    mode: STRICT\n"},
		"in braces":                  {set("spec.mtls.mode", "STRICT"), "spec: { a: 1 } # c\n", "spec: { a: 1, mtls: {mode: STRICT} } # c\n"},
		"a port":                     {set("spec.portLevelMtls[8080]", strict), "spec:\n  portLevelMtls:\n    9090:\n      mode: STRICT\n", "spec:\n  portLevelMtls:\n    9090:\n      mode: STRICT\n    8080:\n      mode: STRICT\n"},
		"the first port":             {set("spec.portLevelMtls[8080].mode", "STRICT"), "spec:\n  a: 1\n", "spec:\n  a: 1\n  portLevelMtls:\n    8080:\n      mode: STRICT\n"},
		"a port, spelled as it is":   {set("spec.portLevelMtls[8080].mode", "STRICT"), "spec:\n  port_level_mtls: {}\n", "spec:\n  port_level_mtls:\n    8080:\n      mode: STRICT\n"},
		"a port in braces":           {set("spec.portLevelMtls[8080].mode", "STRICT"), "spec: {portLevelMtls: {90: {mode: STRICT}}}\n", "spec: {portLevelMtls: {90: {mode: STRICT}, 8080: {mode: STRICT}}}\n"},
		"a block for a word":         {set("spec.a", []any{"x", strict}), "spec:\n  a: b # c\n  l:\n    - d\n", "spec:\n  a: # c\n    - x\n    - mode: STRICT\n  l:\n    - d\n"},
		"a word for a block":         {set("spec.a", "b"), "spec:\n  a: # c\n    d: 1\n    # e\n  f: 1\n", "spec:\n  a: b # c\n  f: 1\n"},
		"a block for a block":        {set("spec.a", strict), "spec:\n  a: # c\n    d: 1\n  f: 1\n", "spec:\n  a: # c\n    mode: STRICT\n  f: 1\n"},
		"an item":                    {set("spec.l[0]", strict), "spec:\n  l:\n  - a: 1\n    b: 2\n  - c\n", "spec:\n  l:\n  - mode: STRICT\n  - c\n"},
		"a key of an item":           {set("spec.l[0].c", true), "spec:\n  l:\n  - a: 1\n    b: 2\n  - c\n", "spec:\n  l:\n  - a: 1\n    b: 2\n    c: true\n  - c\n"},
		"a missing end of line":      {set("spec.b", int64(1)), "spec:\n  a: 1", "spec:\n  a: 1\n  b: 1"},
		"a port like the others":     {set("spec.portLevelMtls[8080].mode", "STRICT"), "spec:\n  portLevelMtls:\n    9090: {mode: STRICT} # c\n    80: {}\n  l: 1\n", "spec:\n  portLevelMtls:\n    9090: {mode: STRICT} # c\n    80: {}\n    8080: {mode: STRICT}\n  l: 1\n"},
		"a port like some others":    {set("spec.portLevelMtls[8080]", strict), "spec:\n  portLevelMtls:\n    90: {mode: STRICT}\n    80:\n      mode: STRICT\n", "spec:\n  portLevelMtls:\n    90: {mode: STRICT}\n    80:\n      mode: STRICT\n    8080:\n      mode: STRICT\n"},
		"where others take lines":    {set("spec.mtls", strict), "spec:\n  selector: {\n    app: a }\n", "spec:\n  selector: {\n    app: a }\n  mtls:\n    mode: STRICT\n"},
		"where others are lists":     {set("spec.mtls", strict), "spec:\n  a: [1]\n", "spec:\n  a: [1]\n  mtls:\n    mode: STRICT\n"},
		"a list beside maps":         {set("spec.l", []any{"a"}), "spec:\n  a: {b: 1}\n", "spec:\n  a: {b: 1}\n  l:\n  - a\n"},
		"a map of maps":              {set("spec.portLevelMtls[8080]", strict), "spec:\n  mtls: {mode: STRICT}\n", "spec:\n  mtls: {mode: STRICT}\n  portLevelMtls: {8080: {mode: STRICT}}\n"},
		"like JSON":                  {set("spec.b", strict), "spec:\n  a: {\"mode\":\"STRICT\"}\n", "spec:\n  a: {\"mode\":\"STRICT\"}\n  b: {\"mode\":\"STRICT\"}\n"},
		"null among maps":            {set("spec.b", strict), "spec:\n  a: {x: 1}\n  b: # todo\n", "spec:\n  a: {x: 1}\n  b: {mode: STRICT} # todo\n"},
		"nothing among maps":         {set("spec.b.mode", "STRICT"), "spec:\n  a: {x: 1}\n  b: {} # todo\n", "spec:\n  a: {x: 1}\n  b: {mode: STRICT} # todo\n"},
		"a block among maps":         {set("spec.b", strict), "spec:\n  a: {x: 1}\n  b:\n    x: 1\n", "spec:\n  a: {x: 1}\n  b:\n    mode: STRICT\n"},
		"what is there already":      {set("spec.a", "1"), "spec:\n  a:   '1'\n", "spec:\n  a:   '1'\n"},
		"where a merge key does not": {set("spec.b.x", int64(1)), "spec:\n  a: &a {c: 1}\n  b:\n    <<: *a\n", "spec:\n  a: &a {c: 1}\n  b:\n    <<: *a\n    x: 1\n"},
	}))
}

func TestAppend(t *testing.T) {
	t.Parallel()
	tell(t, below(map[string]story{
		"to a block":          {add("spec.l", "./*"), "spec:\n  l:\n    - a # a\n    # b\n  c: 1\n", "spec:\n  l:\n    - a # a\n    - ./*\n    # b\n  c: 1\n"},
		"quoted as the last":  {add("spec.l", "b"), "spec:\n  l:\n  - \"a\"\n", "spec:\n  l:\n  - \"a\"\n  - \"b\"\n"},
		"quoted where needed": {add("spec.l", "*"), "spec:\n  l:\n  - a\n", "spec:\n  l:\n  - a\n  - \"*\"\n"},
		"in brackets":         {add("spec.l", "a/b"), "spec:\n  l: [ a, b ] # c\n", "spec:\n  l: [ a, b, a/b ] # c\n"},
		"to an empty list":    {add("spec.l", "b"), "spec:\n  l: []\n", "spec:\n  l:\n  - b\n"},
		"to no list":          {add("spec.l", map[string]any{"a": "1", "b": "x"}), "spec:\n  k: 1\n", "spec:\n  k: 1\n  l:\n  - a: \"1\"\n    b: x\n"},
		"a list in a list":    {add("spec.l[0]", "c"), "spec:\n  l:\n  - - a\n    - b\n", "spec:\n  l:\n  - - a\n    - b\n    - c\n"},
	}))
}

func TestRename(t *testing.T) {
	t.Parallel()
	tell(t, below(map[string]story{
		"a port keeps what it holds": {rename("spec.portLevelMtls[80]", "8080"),
			"spec:\n  portLevelMtls:\n    # partners\n    80: {mode: PERMISSIVE} # until spring\n    90:\n      mode: STRICT\n",
			"spec:\n  portLevelMtls:\n    # partners\n    8080: {mode: PERMISSIVE} # until spring\n    90:\n      mode: STRICT\n"},
		"a block below it": {rename("spec.a", "b"),
			"spec:\n  a:   # why\n\n    # within\n    c: |\n      x\n  z: 1",
			"spec:\n  b:   # why\n\n    # within\n    c: |\n      x\n  z: 1"},
		"in quotes":                {rename("spec.portLevelMtls[80]", "8080"), "spec:\n  portLevelMtls:\n    \"80\" : {}\n", "spec:\n  portLevelMtls:\n    \"8080\" : {}\n"},
		"in single quotes":         {rename("spec.a", "it's"), "spec: {'a': 1, b: 2}\n", "spec: {'it''s': 1, b: 2}\n"},
		"what single cannot hold":  {rename("spec.a", "b\nc"), "spec: {'a': 1}\n", "spec: {\"b\\nc\": 1}\n"},
		"a number for a word":      {rename("spec.a", "80"), "spec:\n  a: 1\n", "spec:\n  \"80\": 1\n"},
		"a word for a number":      {rename("spec[80]", "a"), "spec:\n  80: 1\n", "spec:\n  a: 1\n"},
		"what many read as octal":  {rename("spec[80]", "010"), "spec:\n  80: 1\n", "spec:\n  \"010\": 1\n"},
		"what needs quotes":        {rename("spec.a", "yes"), "spec: {a: 1}\n", "spec: {\"yes\": 1}\n"},
		"a key without a value":    {rename("spec.a", "b"), "spec: {a, c: }\n", "spec: {b, c: }\n"},
		"null":                     {rename("spec.a", "b"), "spec:\n  a: # todo\n  c: 1\n", "spec:\n  b: # todo\n  c: 1\n"},
		"a key with its mark":      {rename("spec.a", "b"), "spec:\n  ? a # c\n  : 1\n", "spec:\n  ? b # c\n  : 1\n"},
		"the first key of an item": {rename("spec.l[0].a", "b"), "spec:\n  l:\n  - a: 1\n    c: 2\n", "spec:\n  l:\n  - b: 1\n    c: 2\n"},
		"what others share":        {rename("spec.a", "b"), "spec:\n  a: &x {m: 1}\n  c: *x\n", "spec:\n  b: &x {m: 1}\n  c: *x\n"},
		"what others hold":         {rename("spec.c", "b"), "spec:\n  a: &x {m: 1}\n  c: *x\n", "spec:\n  a: &x {m: 1}\n  b: *x\n"},
		"an anchor of its own":     {rename("spec.a", "b"), "spec:\n  &k a: 1\n", "spec:\n  &k b: 1\n"},
		"a second spelling":        {rename("spec.portLevelMtls[80]", "8080"), "spec:\n  port_level_mtls:\n    80: {}\n", "spec:\n  port_level_mtls:\n    8080: {}\n"},
	}))
}

func TestWholeText(t *testing.T) {
	t.Parallel()
	windows := strings.ReplaceAll(head+"spec:\n  a: 1 # x\n", "\n", "\r\n")
	stories := map[string]story{
		"Windows lines": {set("spec.mtls.mode", "STRICT"), windows, windows + "  mtls:\r\n    mode: STRICT\r\n"},
		"a byte order mark, directives and ends": {set("spec.a", int64(2)),
			"\ufeff%YAML 1.1\n---\n" + head + "spec:\n  a: 1\n...\n# nothing\n---\n---\n# c\n",
			"\ufeff%YAML 1.1\n---\n" + head + "spec:\n  a: 2\n...\n# nothing\n---\n---\n# c\n"},
		"a document among broken ones": {remove("spec.a"),
			"{{ if x }}\n---\n" + head + "spec:\n  a: 1\n--- # last\n\t: [\n",
			"{{ if x }}\n---\n" + head + "spec: {}\n--- # last\n\t: [\n"},
		"JSON by lines": {set("spec.portLevelMtls[8080].mode", "STRICT"),
			"{\n\t\"kind\": \"PeerAuthentication\",\n\t\"metadata\": {\"name\":\"web\"},\n\t\"spec\": {\n\t\t\"a\": 1\n\t}\n}\n",
			"{\n\t\"kind\": \"PeerAuthentication\",\n\t\"metadata\": {\"name\":\"web\"},\n\t\"spec\": {\n\t\t\"a\": 1,\n\t\t\"portLevelMtls\": {\n\t\t\t\"8080\": {\n\t\t\t\t\"mode\": \"STRICT\"\n\t\t\t}\n\t\t}\n\t}\n}\n"},
		"JSON on one line": {set("spec.mtls", map[string]any{"mode": "STRICT"}),
			`{"kind":"PeerAuthentication","metadata":{"name":"web"},"spec":{"a":[1]}}`,
			`{"kind":"PeerAuthentication","metadata":{"name":"web"},"spec":{"a":[1],"mtls":{"mode":"STRICT"}}}`},
		"JSON with another key": {rename("spec.portLevelMtls[80]", "8080"),
			`{"kind":"PeerAuthentication","metadata":{"name":"web"},"spec":{"portLevelMtls":{"80":{"mode":"STRICT"}}}}`,
			`{"kind":"PeerAuthentication","metadata":{"name":"web"},"spec":{"portLevelMtls":{"8080":{"mode":"STRICT"}}}}`},
		"JSON that loses its last key": {remove("spec"),
			"{\n  \"kind\": \"PeerAuthentication\",\n  \"metadata\": {\"name\": \"web\"},\n  \"spec\": {}\n}\n",
			"{\n  \"kind\": \"PeerAuthentication\",\n  \"metadata\": {\"name\": \"web\"}\n}\n"},
		"a comment at the head of the document stays": {remove("apiVersion"),
			"# Licence\n" + head, "# Licence\n" + strings.TrimPrefix(head, "apiVersion: security.istio.io/v1\n")},
		"labels": {set("metadata.labels", map[string]any{"8080": "8080", "on": "yes", "a/b": ""}),
			head, head + "  labels:\n    \"8080\": \"8080\"\n    a/b: \"\"\n    \"on\": \"yes\"\n"},
	}
	tell(t, stories)
}
