package validation

import "strings"

// formatState is what Envoy expects next while it reads a header's value: text with
// variables such as %HOSTNAME% or %REQ(["x"])%, where %% is a percent sign.
type formatState int

const (
	inText formatState = iota
	inName
	beforeArguments
	beforeString
	inString
	behindString
	behindArguments
	behindBracket
	broken
)

// formatStates say which characters lead where; any other one leads to otherwise.
var formatStates = [...]struct {
	on        string
	to        []formatState
	otherwise formatState
}{
	inText:          {"%", []formatState{inName}, inText},
	inName:          {"%(", []formatState{inText, beforeArguments}, inName},
	beforeArguments: {"[ ", []formatState{beforeString, beforeArguments}, inString},
	beforeString:    {"\" ", []formatState{inString, beforeString}, broken},
	inString:        {")\"", []formatState{behindBracket, behindString}, inString},
	behindString:    {",] ", []formatState{beforeString, behindArguments, behindString}, broken},
	behindArguments: {") ", []formatState{behindBracket, behindArguments}, broken},
	behindBracket:   {"% ", []formatState{inText, behindBracket}, broken},
}

// isFormat reports whether Envoy can read a header's value.
func isFormat(value string) bool {
	state := inText
	for i := 0; i < len(value) && state != broken; i++ {
		c := value[i]
		escapes := state == inString && c == '\\' || state == inText && c == '%' && strings.HasPrefix(value[i+1:], "%")
		if escapes {
			if i++; i == len(value) {
				return false
			}
			continue
		}
		s := formatStates[state]
		if at := strings.IndexByte(s.on, c); at >= 0 {
			state = s.to[at]
		} else {
			state = s.otherwise
		}
	}
	return state == inText
}
