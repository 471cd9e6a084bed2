package release

// Release is a minor version of Istio of which the book knows.
type Release struct {
	Version
	// Judge is the version of Istio's Go module whose code conformance runs, "" for a release
	// whose differences are known from its notes and its source only; On is the day of that code.
	Judge, On string
}

// releases are all whose differences were looked for, the oldest first.
var releases = []Release{
	{Version: Of(28)},
	{Version: Of(29)},
	{Of(30), "v0.0.0-20260826214018-9739e10eb9d7", "2026-08-26"},
	{Of(31), "v0.0.0-20260827124520-eed52ebb66ad", "2026-08-27"},
	{Version: Of(32)},
}

// All are the releases that the book knows, the oldest first.
func All() []Release { return append([]Release(nil), releases...) }

// Newest is the newest release that was judged: it stands for an unknown one.
func Newest() Version {
	newest := Version{}
	for _, r := range releases {
		if r.Judge != "" {
			newest = r.Version
		}
	}
	return newest
}

// Judged reports whether conformance runs the code of a version's minor release.
func (v Version) Judged() bool {
	for _, r := range releases {
		if r.minor == v.minor {
			return r.Judge != ""
		}
	}
	return false
}

// Beyond says how a version lies outside of what the book knows: "older than 1.28", "newer than
// 1.32", "" for one that it knows.
func (v Version) Beyond() string {
	switch first, last := releases[0], releases[len(releases)-1]; {
	case !v.Known():
	case v.minor < first.minor:
		return "older than " + first.String()
	case v.minor > last.minor:
		return "newer than " + last.String()
	}
	return ""
}
