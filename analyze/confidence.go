package analyze

import "fmt"

// Confidence says how much of what a finding rests on is in the input. The zero value is
// Certain.
type Confidence uint8

const (
	// Certain: all that it rests on was read.
	Certain Confidence = iota
	// Likely: it holds unless something that was not read says otherwise, such as
	// whether a workload has a sidecar.
	Likely
	// Possible: another reading of the input would explain it away. Worth an info.
	Possible
)

var confidenceWords = [...]string{"certain", "likely", "possible"}

// String is the word that users read and scripts compare.
func (c Confidence) String() string {
	if int(c) < len(confidenceWords) {
		return confidenceWords[c]
	}
	return fmt.Sprintf("Confidence(%d)", uint8(c))
}

// MarshalText writes the word of String.
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
