package deploy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// git has a set of parameters for each directory, or for each file, of the repository that it names.
func (g *generation) git(of map[string]any) ([]map[string]any, error) {
	address, _ := of["repoURL"].(string)
	if !g.Local(address) {
		g.lack("generator git: the repository %s is not among the files", address)
		return nil, nil
	}
	if g.looked += len(g.Files.Names()); g.looked > mostLooked {
		return nil, errLooked
	}
	prefix, _ := of["pathParamPrefix"].(string)
	sets, err := g.directories(of, prefix)
	if err != nil {
		return nil, err
	}
	more, err := g.files(of, prefix)
	if err != nil {
		return nil, err
	}
	return g.withValues(append(sets, more...), of)
}

// mostLooked is how many names of files the git generators of an ApplicationSet compare with their patterns: one
// in a matrix looks again for each set of parameters.
const mostLooked = 5_000_000

var errLooked = fmt.Errorf("its git generators look at more than %d files", mostLooked)

// pattern is one of a list of paths.
type pattern struct {
	path    string
	exclude bool
	files   *regexp.Regexp
}

func patterns(list any) []pattern {
	var out []pattern
	entries, _ := list.([]any)
	for _, one := range entries {
		if entry, ok := one.(map[string]any); ok {
			p := pattern{}
			p.path, _ = entry["path"].(string)
			p.exclude, _ = entry["exclude"].(bool)
			p.files = glob(p.path)
			out = append(out, p)
		}
	}
	return out
}

// directories has a set for each directory that a pattern matches and none excludes.
func (g *generation) directories(of map[string]any, prefix string) ([]map[string]any, error) {
	wanted := patterns(of["directories"])
	if len(wanted) == 0 {
		return nil, nil
	}
	seen := map[string]bool{}
	var sets []map[string]any
	for _, name := range g.Files.Names() {
		for dir := path.Dir(name); dir != "." && dir != "/" && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
		}
	}
	dirs := make([]string, 0, len(seen))
	for dir := range seen {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		included, excluded := false, slices.ContainsFunc(strings.Split(dir, "/"), func(part string) bool { return strings.HasPrefix(part, ".") })
		for _, p := range wanted {
			ok, err := path.Match(p.path, dir)
			if err != nil {
				return nil, fmt.Errorf("the pattern %q of a git generator: %w", p.path, err)
			}
			included, excluded = included || ok && !p.exclude, excluded || ok && p.exclude
		}
		if included && !excluded {
			set := map[string]any{}
			g.setPath(set, prefix, dir, "")
			sets = append(sets, set)
		}
	}
	return sets, nil
}

// files has a set for each object in the files that a pattern matches and none excludes.
func (g *generation) files(of map[string]any, prefix string) ([]map[string]any, error) {
	wanted := patterns(of["files"])
	if len(wanted) == 0 {
		return nil, nil
	}
	var sets []map[string]any
	for _, name := range g.Files.Names() {
		included, excluded := false, false
		for _, p := range wanted {
			ok := p.files.MatchString(name)
			included, excluded = included || ok && !p.exclude, excluded || ok && p.exclude
		}
		if !included || excluded {
			continue
		}
		text, _ := g.Files.Text(name)
		var content any
		if err := yaml.Unmarshal(text, &content); err != nil {
			return nil, fmt.Errorf("%s, which a git generator reads, is not valid YAML", name)
		}
		objects, isList := content.([]any)
		if !isList {
			objects = []any{content}
		}
		for _, one := range objects {
			object, isMap := one.(map[string]any)
			if !isMap && one != nil {
				return nil, fmt.Errorf("%s, which a git generator reads, holds no object", name)
			}
			set := map[string]any{}
			if g.goTemplate {
				set = merged(set, object)
			} else {
				set = anyMap(flattened(object))
			}
			g.setPath(set, prefix, path.Dir(name), path.Base(name))
			if sets = append(sets, set); len(sets) > mostApplications {
				return nil, errMany
			}
		}
	}
	return sets, nil
}

// setPath adds the parameters of a path.
func (g *generation) setPath(set map[string]any, prefix, dir, file string) {
	segments := strings.Split(dir, "/")
	if g.goTemplate {
		of := map[string]any{"path": dir, "basename": path.Base(dir), "basenameNormalized": Normalized(path.Base(dir)), "segments": anyList(segments)}
		if file != "" {
			of["filename"], of["filenameNormalized"] = file, Normalized(file)
		}
		if prefix != "" {
			set[prefix] = map[string]any{"path": of}
		} else {
			set["path"] = of
		}
		return
	}
	at := strings.TrimPrefix(prefix+".path", ".")
	set[at], set[at+".basename"], set[at+".basenameNormalized"] = dir, path.Base(dir), Normalized(path.Base(dir))
	for i, s := range segments {
		set[at+"["+strconv.Itoa(i)+"]"] = s
	}
	if file != "" {
		set[at+".filename"], set[at+".filenameNormalized"] = file, Normalized(file)
	}
}

var globParts = regexp.MustCompile(`\*+/?|\?|[^*?]+`)

// glob is a pattern of files as git has it: * is any text, also with slashes.
func glob(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^(?s:")
	for _, part := range globParts.FindAllString(strings.TrimPrefix(pattern, "/"), -1) {
		switch {
		case strings.HasPrefix(part, "**") && strings.HasSuffix(part, "/"):
			b.WriteString("(?:.*/)?")
		case part == "*/":
			b.WriteString(".*/")
		case part[0] == '*':
			b.WriteString(".*")
		case part == "?":
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(part))
		}
	}
	return regexp.MustCompile(b.String() + ")$")
}

// Includes reports whether a directory source reads a file: include and exclude are patterns, or
// {patterns} with commas between.
func Includes(include, exclude, name string) bool {
	return (include == "" || oneOf(include, name)) && (exclude == "" || !oneOf(exclude, name))
}

func oneOf(pattern, name string) bool {
	list := []string{pattern}
	if strings.HasPrefix(pattern, "{") && strings.HasSuffix(pattern, "}") {
		list = strings.Split(pattern[1:len(pattern)-1], ",")
	}
	return slices.ContainsFunc(list, func(p string) bool { return glob(strings.TrimSpace(p)).MatchString(name) })
}
