package source

import "testing"

// FuzzGitAnswers: whatever stands where git's answer should, it is contents or an
// error.
func FuzzGitAnswers(f *testing.F) {
	f.Add([]byte("abc blob 3\nxyz\n"))
	f.Add([]byte("dangling 4\n../x\nabc missing\n"))
	f.Add([]byte("abc blob -1\n"))
	f.Add([]byte("abc blob 99999999999999999999\n"))
	f.Fuzz(func(t *testing.T, answers []byte) {
		for len(answers) > 0 {
			_, rest, err := nextContent(answers)
			if err != nil {
				return
			}
			if len(rest) >= len(answers) {
				t.Fatal("an answer has no length")
			}
			answers = rest
		}
	})
}
