package regulars;

import java.util.Collections;
import java.util.Map;

/** A call did nothing; where the store failed (200 to 299), as far as is known. */
public final class RegularsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String name;
    private final transient Map<String, String> facts;

    RegularsException(int status, String message, Map<String, String> facts) {
        super(message);
        this.status = status;
        this.name = Calls.nameOf(status);
        this.facts = Collections.unmodifiableMap(facts);
    }

    /**
     * A number of regulars.h: 1 to 99 is the program's mistake, 100 to 199 what a rule says to the cashier, 200 to 299
     * the store, 300 to 399 a picture or a code, 900 and more a bug.
     */
    public int status() {
        return status;
    }

    /** The name of the status, such as unknown_customer. */
    public String name() {
        return name;
    }

    /** What is behind it, such as customer and bob, in the order in which the library tells it. */
    public Map<String, String> facts() {
        return facts;
    }

    /** Whether a rule said no, which the cashier has to be told. */
    public boolean isRefusal() {
        return 100 <= status && status < 200;
    }
}
