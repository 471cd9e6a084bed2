package resolve_test

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// What becomes of a call, by what the client sends and what the server's port accepts.
func ExampleJudge() {
	for _, accepts := range []resolve.Mode{resolve.Permissive, resolve.Strict, resolve.Unknown} {
		o := resolve.Judge(resolve.SendsPlaintext, accepts, resolve.ProtocolHTTP)
		fmt.Printf("%s: %s\n", accepts, o.Verdict)
	}
	// Output:
	// PERMISSIVE: plaintext
	// STRICT: broken
	// UNKNOWN: unknown
}

// A cause is a value; package words has its sentence, its rule and what a user sees.
func ExampleReason() {
	o := resolve.Judge(resolve.SendsPlaintext, resolve.Strict, resolve.ProtocolHTTP)
	fmt.Println(o.Verdict)
	fmt.Println(o.Why.Cause)
	fmt.Println(words.Because(o.Why))
	fmt.Println(words.Symptom(o.Symptom))
	fmt.Println("rule", words.Rule(o.Why))
	// Output:
	// broken
	// plaintext-into-strict
	// plaintext into a STRICT port
	// 503 UC at the client, a reset for TCP; filter_chain_not_found at the server
	// rule 4
}

// Names as users write them.
func ExampleParseName() {
	for _, word := range []string{"cart", "deploy/cart.shop", "shop/cart", "shop/cart/x"} {
		name, err := resolve.ParseName(word)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("kind %q, name %q\n", name.Kind, name.Name)
	}
	// Output:
	// kind "", name "cart"
	// kind "Deployment", name "cart.shop"
	// kind "", name "cart.shop"
	// "shop/cart/x": unknown type "shop"
}
