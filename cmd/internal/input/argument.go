package input

import (
	"errors"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// ParseArguments reads NAME, TYPE/NAME and, as kubectl does, TYPE NAME NAME.
func ParseArguments(args []string) ([]resolve.Name, error) {
	if len(args) > 0 && !strings.Contains(strings.Join(args, ""), "/") {
		if kind, ok := resolve.ParseKind(args[0]); ok {
			return kindAndNames(kind, args)
		}
	}
	var list []resolve.Name
	for _, a := range args {
		n, err := resolve.ParseName(a)
		if err != nil {
			return nil, Misnamed("", err)
		}
		list = append(list, n)
	}
	return list, nil
}

func kindAndNames(kind resolve.Kind, args []string) ([]resolve.Name, error) {
	if !kind.IsFindable() {
		return nil, untold(kind)
	}
	if len(args) == 1 {
		return []resolve.Name{{Kind: kind, Text: args[0]}}, nil
	}
	var list []resolve.Name
	for _, name := range args[1:] {
		list = append(list, resolve.Name{Kind: kind, Name: name, Text: name})
	}
	return list, nil
}

// Misnamed is the failure of a name that nothing can have: of an argument, or of the flag
// that is named.
func Misnamed(flag string, err error) error {
	var form *resolve.NameError
	var kind *resolve.KindError
	switch {
	case errors.As(err, &form):
		return malformed(flag, form)
	case !errors.As(err, &kind):
		return err
	case kind.Kind == "":
		return noSuchKind(kind)
	case kind.Form == resolve.FormEnd:
		return console.Usage("mtlsctl describe "+shell.Word(kind.Text)+" describes it", "%s %s", flag, kind)
	}
	return untold(kind.Kind)
}

func malformed(flag string, e *resolve.NameError) error {
	switch e.Form {
	case resolve.FormEnd:
		return console.Usage("for example "+flag+" deploy/web.shop", "%s %s", flag, e)
	case resolve.FormTarget:
		return console.Usage("for example --to pay.shop:80 or --to pay.shop:80/v2", "%s %s", flag, e)
	}
	return console.Usage("", "%s", e)
}

func noSuchKind(e *resolve.KindError) error {
	if len(e.Near) > 0 {
		return console.Usage("did you mean "+e.Near[0]+"/"+e.Name+"?", "%s", e)
	}
	return console.Usage("types are "+strings.Join(resolve.KindWords(), ", ")+"; the input has no namespace "+e.Word, "%s", e)
}

// untold refuses kinds that exist and have no story here.
func untold(kind resolve.Kind) error {
	return console.Usage("types are "+strings.Join(resolve.KindWords(), ", "), "describe does not support %s", console.PluralOf(kind.Word()))
}
