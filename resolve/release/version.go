package release

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// Version is a release of Istio 1.x. The zero Version is an unknown one, which answers as the
// newest that was judged.
type Version struct {
	minor, patch int
	// text is what was read, such as 1.30.2-distroless; "" for one of the book.
	text string
}

// newestPatch stands for the patch of a version that names none: whoever says 1.30 has its fixes.
const newestPatch = math.MaxInt

// spelled is a version as images, charts and people write it: 1.31, v1.30.2, 1.29.4-distroless.
var spelled = regexp.MustCompile(`^v?1\.(\d{1,4})(?:\.(\d{1,6}))?(?:[-+][0-9A-Za-z.+-]*)?$`)

// Parse reads a version: 1.31, v1.30.2, or a tag such as 1.29.4-distroless. One without a patch
// release stands for the newest of its minor version.
func Parse(text string) (v Version, ok bool) {
	m := spelled.FindStringSubmatch(text)
	if m == nil {
		return Version{}, false
	}
	minor, err := strconv.Atoi(m[1])
	if err != nil || minor == 0 {
		return Version{}, false
	}
	v = Version{minor: minor, patch: newestPatch, text: text}
	if m[2] != "" {
		v.patch, _ = strconv.Atoi(m[2]) // digits, and not many
	}
	return v, true
}

// Of is Istio 1.minor with its newest patch.
func Of(minor int) Version { return Version{minor: minor, patch: newestPatch} }

// at is one patch release.
func at(minor, patch int) Version { return Version{minor: minor, patch: patch} }

// Known reports whether the version is one at all.
func (v Version) Known() bool { return v.minor > 0 }

// Minor is x of 1.x, 0 for an unknown version.
func (v Version) Minor() int { return v.minor }

// Compare orders by age, an unknown version first.
func (v Version) Compare(o Version) int {
	return cmp.Or(cmp.Compare(v.minor, o.minor), cmp.Compare(v.patch, o.patch))
}

// String is the version without what builders append: 1.30.2, or 1.30 where no patch is named;
// "" for an unknown one.
func (v Version) String() string {
	switch {
	case !v.Known():
		return ""
	case v.patch == newestPatch:
		return fmt.Sprintf("1.%d", v.minor)
	}
	return fmt.Sprintf("1.%d.%d", v.minor, v.patch)
}

// imageTag is the tag at the end of an image's name, before a digest.
var imageTag = regexp.MustCompile(`:([^:/@]+)(?:@.*)?$`)

// OfImage is the version that the tag of a container's image names.
func OfImage(image string) (v Version, ok bool) {
	m := imageTag.FindStringSubmatch(image)
	if m == nil {
		return Version{}, false
	}
	return Parse(m[1])
}
